import { eidPattern, iccidPattern } from '../../sim-api/index.ts';
import { decodeNodeId } from '../common/node-id.ts';
import { checkText } from '../common/text.ts';
import { badUserInput, GatewayError } from '../errors/gateway-error.ts';
import type { SimRef } from '../sim/sim-ref.type.ts';
import type { BulkTarget } from './bulk.args.ts';
import { mostSims, tooMany } from './total-check.ts';

const mostRefs = 100_000;
/** SIMs that are handed to the store at once. */
const partSize = 10_000;

/** The SIMs of a target: a group by its name, or ICCIDs and EIDs in parts. Errors: BAD_USER_INPUT, TOO_MANY_SIMS. */
export function simsOf({ sims, group, list }: BulkTarget): { group: string } | { parts: string[][] } {
  if (group !== undefined) {
    if (group === '') throw badUserInput('target.group', 'must not be empty');
    checkText('target.group', group);
    return { group };
  }
  const parts = sims === undefined ? partsOfList(list ?? '') : partsOfRefs(sims);
  if (parts.length === 0) throw badUserInput('target', 'must name at least one SIM');
  return { parts };
}

function partsOfRefs(refs: readonly SimRef[]): string[][] {
  if (refs.length > mostRefs)
    throw new GatewayError('TOO_MANY_SIMS', {
      message: `target.sims names ${refs.length} SIMs, at most ${mostRefs} are allowed: target.list takes more`,
    });
  const parts: string[][] = [];
  for (let start = 0; start < refs.length; start += partSize)
    parts.push(refs.slice(start, start + partSize).map((ref, index) => keyOf(ref, start + index)));
  return parts;
}

function keyOf({ iccid, eid, id }: SimRef, index: number): string {
  const key = id == null ? undefined : decodeNodeId(id);
  const found = iccid ?? eid ?? (key?.type === 'Sim' ? key.iccid : undefined);
  if (found === undefined)
    throw badUserInput(`target.sims[${index}].id`, 'must be the global id of a SIM, as Sim.id gives it');
  return found;
}

function partsOfList(list: string): string[][] {
  const parts: string[][] = [];
  let count = 0;
  for (const [word] of list.matchAll(/[^\s,;]+/g)) {
    count++;
    if (!iccidPattern.test(word) && !eidPattern.test(word))
      throw badUserInput(
        'target.list',
        `must hold ICCIDs (18 to 22 digits) or EIDs (32 digits) only: number ${count} is ${JSON.stringify(word.slice(0, 40))}`,
      );
    if (count > mostSims) continue;
    if (count % partSize === 1) parts.push([]);
    parts.at(-1)?.push(word);
  }
  if (count > mostSims) throw tooMany(count);
  return parts;
}
