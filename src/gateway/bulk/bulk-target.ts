import { setImmediate as nextTurn } from 'node:timers/promises';
import { maxSims, tooMany } from '../../bulk/index.ts';
import { badUserInput, checkText, GatewayError } from '../../errors/index.ts';
import { checkFilter, hasConditions, type SimFilter } from '../../fleet-index/index.ts';
import { eidPattern, iccidPattern, type Page, type Sim, type SimApi } from '../../sim-api/index.ts';
import { keyOf } from '../common/sim-key.ts';
import type { SimRef } from '../sim/sim-ref.type.ts';
import type { BulkTarget } from './bulk.args.ts';

const maxRefs = 100_000;
/** After this number of words of a list, the event loop runs other requests. */
const wordBatchSize = 20_000;

/** A checked target: the keys of SIMs, or a group or filter that is resolved when the operation starts. */
export type NamedTarget =
  | { readonly group: string }
  | { readonly filter: SimFilter }
  /** ICCIDs and EIDs without duplicates, in the order of their first occurrence. */
  | { readonly refs: readonly string[] };

/** Checks and parses a target. Errors: BAD_USER_INPUT, TOO_MANY_SIMS. */
export async function namedBy({ sims, group, list, filter }: BulkTarget): Promise<NamedTarget> {
  if (group !== undefined) {
    if (group === '') throw badUserInput('target.group', 'must not be empty');
    checkText('target.group', group);
    return { group };
  }
  if (filter !== undefined) {
    checkFilter('target.filter', filter);
    // An empty filter would match every SIM; a forgotten variable is the more likely reason for it.
    if (!hasConditions(filter))
      throw badUserInput(
        'target.filter',
        'must hold at least one condition; to select every SIM, name all states',
      );
    return { filter: withoutNulls(filter) };
  }
  const refs = sims === undefined ? await refsOfList(list ?? '') : refsOf(sims);
  if (refs.size === 0) throw badUserInput('target', 'must name at least one SIM');
  return { refs: [...refs] };
}

/** A filter without the fields that are null, also inside `or` and `not`: they limit nothing, so an idempotency key must not differ by them. */
function withoutNulls({ or, not, ...conditions }: SimFilter): SimFilter {
  return {
    ...Object.fromEntries(Object.entries(conditions).filter(([, condition]) => condition != null)),
    ...(or != null && { or: or.map(withoutNulls) }),
    ...(not != null && { not: withoutNulls(not) }),
  };
}

/**
 * How the audit log shows each condition of a filter. Of a text that may be a phone number it shows only the length, and of SIM keys only
 * the number.
 */
const auditedAs: { readonly [K in Exclude<keyof SimFilter, 'or' | 'not'>]-?: 'value' | 'length' | 'count' } =
  {
    iccids: 'count',
    states: 'value',
    offlineReasons: 'value',
    isTransitioning: 'value',
    groups: 'value',
    inNoGroup: 'value',
    search: 'length',
    searchUnlessPersonal: 'length',
    types: 'value',
    isEsim: 'value',
    usedBytesAtLeast: 'value',
    usedBytesAtMost: 'value',
    usedPercentAtLeast: 'value',
    overDataLimit: 'value',
    costAtLeast: 'value',
    neverConnected: 'value',
    lastNetworkActivityBefore: 'value',
    lastNetworkActivityAfter: 'value',
    neverHadDataSession: 'value',
    lastDataSessionBefore: 'value',
    lastDataSessionAfter: 'value',
    lastModifiedBefore: 'value',
    lastModifiedAfter: 'value',
  };

/** A target as the audit log shows it: without SIM keys, and the conditions of a filter as in `auditedAs`. */
export function targetArguments(named: NamedTarget): object {
  if ('group' in named) return { targetGroup: named.group };
  return 'filter' in named ? { targetFilter: auditedFilter(named.filter) } : {};
}

function auditedFilter({ or, not, ...conditions }: SimFilter): object {
  const given = Object.entries(conditions) as [keyof typeof auditedAs, unknown][];
  const shownAs = (as: (typeof auditedAs)[keyof typeof auditedAs]) =>
    given.filter(([name]) => auditedAs[name] === as);
  return {
    ...Object.fromEntries(shownAs('value')),
    ...Object.fromEntries(shownAs('length').map(([name, text]) => [`${name}Length`, String(text).length])),
    ...Object.fromEntries(shownAs('count').map(([name, list]) => [`${name}Count`, [list].flat().length])),
    ...(or != null && { or: or.map(auditedFilter) }),
    ...(not != null && { not: auditedFilter(not) }),
  };
}

/** Checks the number of SIMs that match a filter. Errors: BAD_USER_INPUT if there are none, TOO_MANY_SIMS. */
export function checkMatches(count: number): void {
  if (count === 0) throw badUserInput('target.filter', 'must match at least one SIM');
  if (count > maxSims) throw tooMany(count);
}

/** The first page of the list of a group. Errors: BAD_USER_INPUT if the group has no SIMs, and those of the SIM API. */
export async function firstGroupPage(simApi: SimApi, group: string): Promise<Page<Sim>> {
  const page = await simApi.sims.groupPage(group, 0);
  if (page.total === 0) throw badUserInput('target.group', 'must be a group that has SIMs');
  return page;
}

function refsOf(sims: readonly SimRef[]): Set<string> {
  if (sims.length > maxRefs)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `target.sims names ${sims.length} SIMs, at most ${maxRefs} are allowed; use target.list for more`,
    });
  return new Set(
    sims.map((ref, index) => {
      const key = keyOf(ref, `target.sims[${index}]`);
      return 'iccid' in key ? key.iccid : key.eid;
    }),
  );
}

async function refsOfList(list: string): Promise<Set<string>> {
  const refs = new Set<string>();
  let count = 0;
  for (const [word] of list.matchAll(/[^\s,;]+/g)) {
    count++;
    if (!iccidPattern.test(word) && !eidPattern.test(word))
      throw badUserInput(
        'target.list',
        `must hold ICCIDs (18 to 22 digits) or EIDs (32 digits) only: number ${count} is ${JSON.stringify(word.slice(0, 40))}`,
      );
    refs.add(word);
    if (refs.size > maxSims) throw tooMany(refs.size);
    if (count % wordBatchSize === 0) await nextTurn();
  }
  return refs;
}
