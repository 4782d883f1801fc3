import { type WireSim, wireSim } from '../api/wire.ts';
import type { World } from '../world/world.ts';
import { ControlError, read } from './reply.ts';
import { addSimsSchema, simPatchSchema } from './schemas.ts';

const SIMS_PER_TURN = 1000;
const DEFAULT_LIMIT = 100;

/** The first SIMs of the account's list that match the query, in the form of the SIM API. Errors: 400. */
export function findSims(world: World, query: URLSearchParams): WireSim[] {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1)
    throw new ControlError(400, 'limit must be a whole number above 0');
  const now = world.clock.now();
  const sims: WireSim[] = [];
  for (let offset = 0; offset < world.fleet.size(); offset += SIMS_PER_TURN) {
    for (const number of world.fleet.numbers(offset, SIMS_PER_TURN)) {
      const sim = wireSim(world, world.fleet.simAt(number, now), now);
      if (matches(sim, query)) sims.push(sim);
      if (sims.length === limit) return sims;
    }
  }
  return sims;
}

/** Overrides wire fields of a SIM and returns the SIM. Errors: 400, 404. */
export function patchSim(world: World, iccid: string, body: unknown): WireSim {
  const { $remove, ...fields } = read(simPatchSchema, body);
  const now = world.clock.now();
  const sim = world.fleet.changeableAt(numberOf(world, iccid), now);
  sim.patch = {
    fields: { ...sim.patch?.fields, ...fields },
    removed: [...(sim.patch?.removed ?? []).filter((field) => !(field in fields)), ...$remove],
  };
  return wireSim(world, sim, now);
}

/** Adds SIMs to the end of the account's list and returns them. Errors: 400. */
export function addSims(world: World, body: unknown): WireSim[] {
  const { count } = read(addSimsSchema, body);
  const now = world.clock.now();
  return world.fleet.add(count).map((number) => wireSim(world, world.fleet.simAt(number, now), now));
}

/** Removes a SIM from the account; later SIMs of the list move up by one. Errors: 404. */
export function removeSim(world: World, iccid: string): void {
  world.fleet.remove(numberOf(world, iccid));
}

function numberOf(world: World, iccid: string): number {
  const number = world.fleet.findByIccid(iccid);
  if (number === null) throw new ControlError(404, `No such SIM: ${iccid}`);
  return number;
}

/** An empty parameter matches SIMs without a group, or without a primary or secondary status. */
function matches(sim: WireSim, query: URLSearchParams): boolean {
  const status = sim.status as { primary?: string; secondary?: string } | null | undefined;
  const values: Record<string, unknown> = {
    state: sim.state,
    group: sim.group ?? '',
    primary: status?.primary ?? '',
    secondary: status?.secondary ?? '',
    esim: String(sim.eid !== undefined),
  };
  return Object.entries(values).every(([field, value]) => [null, value].includes(query.get(field)));
}
