import { setImmediate as nextTurn } from 'node:timers/promises';
import { eidPattern, iccidPattern } from '../../sim-api/index.ts';
import { decodeNodeId } from '../common/node-id.ts';
import { checkText } from '../common/text.ts';
import { badUserInput, GatewayError } from '../errors/gateway-error.ts';
import type { SimRef } from '../sim/sim-ref.type.ts';
import type { BulkTarget } from './bulk.args.ts';
import { mostSims, tooMany } from './total-check.ts';

const mostRefs = 100_000;
/** Other requests get their turn after so many words of a list. */
const wordsAtOnce = 20_000;

/**
 * The SIMs of a target: a group by its name, or ICCIDs and EIDs in the order in which they were named first, each once.
 * Errors: BAD_USER_INPUT, TOO_MANY_SIMS.
 */
export async function simsOf({
  sims,
  group,
  list,
}: BulkTarget): Promise<{ readonly group: string } | { readonly refs: readonly string[] }> {
  if (group !== undefined) {
    if (group === '') throw badUserInput('target.group', 'must not be empty');
    checkText('target.group', group);
    return { group };
  }
  const refs = sims === undefined ? await refsOfList(list ?? '') : refsOf(sims);
  if (refs.size === 0) throw badUserInput('target', 'must name at least one SIM');
  return { refs: [...refs] };
}

function refsOf(sims: readonly SimRef[]): Set<string> {
  if (sims.length > mostRefs)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `target.sims names ${sims.length} SIMs, at most ${mostRefs} are allowed: target.list takes more`,
    });
  return new Set(sims.map(keyOf));
}

function keyOf({ iccid, eid, id }: SimRef, index: number): string {
  const key = id == null ? undefined : decodeNodeId(id);
  const found = iccid ?? eid ?? (key?.type === 'Sim' ? key.iccid : undefined);
  if (found === undefined)
    throw badUserInput(`target.sims[${index}].id`, 'must be the global id of a SIM, as Sim.id gives it');
  return found;
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
    if (refs.size > mostSims) throw tooMany(refs.size);
    if (count % wordsAtOnce === 0) await nextTurn();
  }
  return refs;
}
