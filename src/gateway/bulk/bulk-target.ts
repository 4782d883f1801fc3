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
    // An empty filter would match every SIM; a forgotten variable is the more likely reason for it.
    if (!hasConditions(filter))
      throw badUserInput(
        'target.filter',
        'must hold at least one condition; to select every SIM, name all states',
      );
    checkFilter('target.filter', filter);
    const conditions = Object.entries(filter).filter(([, condition]) => condition != null);
    return { filter: Object.fromEntries(conditions) };
  }
  const refs = sims === undefined ? await refsOfList(list ?? '') : refsOf(sims);
  if (refs.size === 0) throw badUserInput('target', 'must name at least one SIM');
  return { refs: [...refs] };
}

/** How the audit log shows each field of a filter. Of a text that may be a phone number it shows only the length. */
const auditedAs: { readonly [K in keyof SimFilter]-?: 'value' | 'length' } = {
  states: 'value',
  isTransitioning: 'value',
  groups: 'value',
  inNoGroup: 'value',
  search: 'length',
  types: 'value',
  isEsim: 'value',
  usedPercentAtLeast: 'value',
  lastDataSessionBefore: 'value',
  lastDataSessionAfter: 'value',
};

/** A target as the audit log shows it: without SIM keys, and the fields of a filter as in `auditedAs`. */
export function targetArguments(named: NamedTarget): object {
  if ('group' in named) return { targetGroup: named.group };
  if (!('filter' in named)) return {};
  const given = Object.entries(named.filter) as [keyof SimFilter, unknown][];
  const values = given.filter(([name]) => auditedAs[name] === 'value');
  const lengths = given
    .filter(([name]) => auditedAs[name] === 'length')
    .map(([name, text]) => [`${name}Length`, String(text).length] as const);
  return { targetFilter: Object.fromEntries([...values, ...lengths]) };
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
      const key = keyOf(ref, `target.sims[${index}].id`);
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
