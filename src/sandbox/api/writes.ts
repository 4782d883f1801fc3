import type { Sim } from '../fleet/sim.ts';
import type { World } from '../world/world.ts';
import type { Change, ChangeReader } from './actions.ts';
import { type Answer, ok } from './answer.ts';
import { type ErrorCode, Refusal } from './errors.ts';
import { namedSims } from './parameters.ts';
import { wireSim } from './wire.ts';

/**
 * Carries out a change on every SIM named, in the order of the call; a SIM named twice is changed twice. If a SIM
 * refuses, the whole call is refused; `behaviour.refusedBulk` decides whether the SIMs before it are changed.
 */
export function putChange(path: string, read: ChangeReader, world: World, query: URLSearchParams): Answer {
  const change = read(world, query);
  const numbers = namedSims(world, query);
  const now = world.clock.now();
  const note = world.effects.begin(now, path, change.params);

  if (world.behaviour.refusedBulk === 'changesNothing') {
    for (const number of numbers) demand(refusalOf(world, change, number, now));
  }
  const sims = numbers.map((number) => {
    if (world.behaviour.refusedBulk === 'changesThoseBefore') demand(refusalOf(world, change, number, now));
    if (number === null) throw new Refusal('E002');
    const sim = world.fleet.changeableAt(number, now);
    change.carryOut(sim, now);
    forgetPatched(sim, change.fields);
    note(sim.iccid);
    return sim;
  });
  return answerTo(world, sims, now);
}

function refusalOf(world: World, change: Change, number: number | null, now: number): ErrorCode | null {
  return number === null ? 'E002' : change.refusal(world.fleet.simAt(number, now), now);
}

function demand(refusal: ErrorCode | null): void {
  if (refusal !== null) throw new Refusal(refusal);
}

function forgetPatched(sim: Sim, fields: readonly string[]): void {
  if (sim.patch === null || fields.length === 0) return;
  sim.patch = {
    fields: Object.fromEntries(Object.entries(sim.patch.fields).filter(([field]) => !fields.includes(field))),
    removed: sim.patch.removed.filter((field) => !fields.includes(field)),
  };
}

function answerTo(world: World, sims: readonly Sim[], now: number): Answer {
  const { putAnswer, putStatus } = world.behaviour;
  if (putAnswer === 'ok') return { status: putStatus, text: 'OK' };
  if (putAnswer === 'empty') return { status: putStatus, text: '' };
  if (putAnswer === 'message') {
    return { status: putStatus, json: { message: `Request accepted for ${sims.length} SIM(s)` } };
  }
  const wireSims = sims.map((sim) => wireSim(world, sim, now));
  return { ...ok(wireSims.length === 1 ? wireSims[0] : { sims: wireSims }), status: putStatus };
}
