import { hash } from './random.ts';
import { carriesData, type Sim, type Status, simStatusOf } from './sim.ts';
import { limitReachedBetween } from './usage.ts';

/** Bytes in the megabyte that data limits are given in. */
export const MEGABYTE = 1_000_000;

/** How long a change of standing takes, in milliseconds of the world's clock. */
export interface TransitionTime {
  readonly min: number;
  readonly max: number;
}

/** Brings a SIM up to `now`: a change that is due settles, and a data limit reached takes it offline. */
export function bringUpTo(sim: Sim, now: number): void {
  while (sim.transition !== null && sim.transition.dueAt <= now) {
    const { dueAt, target } = sim.transition;
    reckonLimit(sim, dueAt);
    sim.transition = null;
    enter(sim, target, dueAt);
  }
  reckonLimit(sim, now);
}

/** Sets a SIM on its way to another standing; where that takes no time it is there at once. */
export function beginTransition(sim: Sim, target: Status, now: number, transitionTime: TransitionTime): void {
  const transitionMs =
    transitionTime.min +
    (hash(sim.root, now % 0x1_0000_0000) % (transitionTime.max - transitionTime.min + 1));
  sim.transition = { target, dueAt: now + transitionMs };
  sim.modifiedAt = now;
  bringUpTo(sim, now);
}

function enter(sim: Sim, status: Status, at: number): void {
  sim.history = [...sim.history, { from: at, status }];
  sim.modifiedAt = at;
}

function reckonLimit(sim: Sim, to: number): void {
  const from = sim.reckonedTo;
  if (to <= from) return;
  sim.reckonedTo = to;
  if (!sim.limitMayBite || !sim.limitMegabytes || !carriesData(simStatusOf(sim))) return;
  const reachedAt = limitReachedBetween(sim, from, to, sim.limitMegabytes * MEGABYTE);
  if (reachedAt === null) return;
  enter(sim, 'SUSPENDED', reachedAt + 1);
  sim.limitReachedAt = [...sim.limitReachedAt, reachedAt + 1];
}
