import { diagnosisOf } from '../fleet/activity.ts';
import type { World } from '../world/world.ts';
import { type Answer, ok } from './answer.ts';
import { Refusal } from './errors.ts';
import { inOrder, pageOf } from './page.ts';
import { namedSim, namedSims, offsetOf, required } from './parameters.ts';
import { type WireSim, wireSim, wireTime } from './wire.ts';

/** GET /get_sim. */
export function getSim(world: World, query: URLSearchParams): Answer {
  return ok(wireSims(world, [namedSim(world, query)])[0]);
}

/** GET /get_sims: in the order of the account's list, not of the call. */
export function getSims(world: World, query: URLSearchParams): Answer {
  const named = namedSims(world, query);
  if (named.includes(null) && world.behaviour.missingSims === 'refuse') throw new Refusal('E002');
  const numbers = [...new Set(named)].filter((number) => number !== null).sort((a, b) => a - b);
  const offset = offsetOf(query);
  const page = pageOf(numbers, offset, world.behaviour.pageSize);
  return listOf(world, offset, numbers.length, inOrder(world, page));
}

/** GET /get_account_sims. */
export function getAccountSims(world: World, query: URLSearchParams): Answer {
  const offset = offsetOf(query);
  const { fleet, behaviour } = world;
  return listOf(world, offset, fleet.size(), fleet.numbers(offset, behaviour.pageSize));
}

/** GET /get_group_sims: an empty list for a group without SIMs. */
export function getGroupSims(world: World, query: URLSearchParams): Answer {
  const members = world.fleet.numbersInGroup(required(query, 'group'));
  const offset = offsetOf(query);
  return listOf(world, offset, members.length, pageOf(members, offset, world.behaviour.pageSize));
}

/** GET /get_account_groups. */
export function getAccountGroups(world: World): Answer {
  return ok(world.fleet.groups());
}

/** GET /diagnostics. */
export function getDiagnostics(world: World, query: URLSearchParams): Answer {
  const now = world.clock.now();
  const sim = world.fleet.simAt(namedSim(world, query), now);
  if (world.behaviour.diagnostics === 'notOrdered' || sim.special === 'E003') throw new Refusal('E003');
  if (sim.special === 'E000') throw new Refusal('E000');
  const diagnosis = sim.special === 'E103' ? null : diagnosisOf(sim, now);
  if (diagnosis === null) throw new Refusal('E103');
  return ok({
    imei: sim.imei,
    deviceName: diagnosis.deviceName,
    inDataSession: diagnosis.inDataSession,
    lastNetworkActivity: wireTime(world, diagnosis.networkAt),
    lastCountry: diagnosis.country,
    lastOperator: diagnosis.operator,
    latitude: diagnosis.latitude,
    longitude: diagnosis.longitude,
    radius: diagnosis.radiusMeters,
  });
}

function listOf(world: World, offset: number, total: number, numbers: readonly number[]): Answer {
  return ok({ found: numbers.length, offset, total, sims: wireSims(world, numbers) });
}

function wireSims(world: World, numbers: readonly number[]): WireSim[] {
  const now = world.clock.now();
  return numbers.map((number) => wireSim(world, world.fleet.simAt(number, now), now));
}
