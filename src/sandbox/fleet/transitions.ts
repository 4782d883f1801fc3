import { hash } from './random.ts';
import { carriesData, type Sim, type Status, simStatusOf } from './sim.ts';
import { limitReachedBetween } from './usage.ts';

/** Bytes in a megabyte of a data limit. */
export const MEGABYTE = 1_000_000;

/** Duration of a transition, in milliseconds of the world's clock. */
export interface TransitionTime {
  readonly min: number;
  readonly max: number;
}

/** Advances a SIM to `now`: a transition that is due settles, and a reached data limit takes the SIM offline. */
export function advanceTo(sim: Sim, now: number): void {
  while (sim.transition !== null && sim.transition.dueAt <= now) {
    const { dueAt, target } = sim.transition;
    computeLimit(sim, dueAt);
    sim.transition = null;
    enter(sim, target, dueAt);
  }
  computeLimit(sim, now);
}

/** Starts the transition of a SIM to another status; a transition of 0 ms settles at once. */
export function beginTransition(sim: Sim, target: Status, now: number, transitionTime: TransitionTime): void {
  const transitionMs =
    transitionTime.min +
    (hash(sim.root, now % 0x1_0000_0000) % (transitionTime.max - transitionTime.min + 1));
  sim.transition = { target, dueAt: now + transitionMs };
  sim.modifiedAt = now;
  advanceTo(sim, now);
}

function enter(sim: Sim, status: Status, at: number): void {
  sim.history = [...sim.history, { from: at, status }];
  sim.modifiedAt = at;
}

function computeLimit(sim: Sim, to: number): void {
  const from = sim.computedTo;
  if (to <= from) return;
  sim.computedTo = to;
  if (!sim.canReachLimit || !sim.limitMegabytes || !carriesData(simStatusOf(sim))) return;
  const reachedAt = limitReachedBetween(sim, from, to, sim.limitMegabytes * MEGABYTE);
  if (reachedAt === null) return;
  enter(sim, 'SUSPENDED', reachedAt + 1);
  sim.limitReachedAt = [...sim.limitReachedAt, reachedAt + 1];
}
