import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Behaviour } from '../world/behaviour.ts';
import type { ListedFault } from '../world/fault.list.ts';
import type { World } from '../world/world.ts';
import type { Worlds } from '../world/worlds.ts';
import { ControlError, read } from './reply.ts';
import { behaviourPatchSchema, clockSchema, pathFaultSchema, worldSchema } from './schemas.ts';

/** A world as the control API returns it. */
export interface WorldSummary {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly sims: number;
  readonly seed: string;
  readonly clock: { readonly startAt: number; readonly now: number; readonly rate: number };
}

export function worldSummary({ id, fleet, seed, clock }: World): WorldSummary {
  return {
    id,
    username: id,
    password: id,
    sims: fleet.size(),
    seed,
    clock: { startAt: clock.startAt, now: clock.now(), rate: clock.rate() },
  };
}

/** Creates a world. Errors: 400, 409 if the id is taken. */
export function createWorld(worlds: Worlds, body: unknown): WorldSummary {
  const { id, sims, seed, special, behaviour, clock } = read(worldSchema, body);
  const world = worlds.create({
    id: id ?? `world-${randomUUID()}`,
    sims,
    seed,
    special,
    behaviour: stated(behaviour),
    startAt: clock.startAt ?? Date.now(),
    rate: clock.rate,
  });
  if (world === null) throw new ControlError(409, `The world ${id} exists already`);
  return worldSummary(world);
}

/** Changes behaviour settings of a world and returns all of them. Errors: 400. */
export function setBehaviour(world: World, body: unknown): Behaviour {
  world.behaviour = { ...world.behaviour, ...stated(read(behaviourPatchSchema, body)) };
  return world.behaviour;
}

/** Adds one fault or several. Errors: 400; then no fault is added. */
export function addFaults(world: World, body: unknown): ListedFault[] {
  const faults = Array.isArray(body) ? read(z.array(pathFaultSchema), body) : [read(pathFaultSchema, body)];
  return faults.map((fault) => world.faults.add(fault));
}

/** Moves the clock of a world. Errors: 400 if `to` is before the current time of the clock. */
export function moveClock(world: World, body: unknown): WorldSummary['clock'] {
  const { advanceMs = 0, to, rate } = read(clockSchema, body);
  const { clock } = world;
  const byMs = to === undefined ? advanceMs : to - clock.now();
  if (byMs < 0) throw new ControlError(400, 'to must not be in the past of the clock');
  if (rate !== undefined) clock.setRate(rate);
  clock.advance(byMs);
  return worldSummary(world).clock;
}

/** Drops the fields that are `undefined`. */
function stated<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
