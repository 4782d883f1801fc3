import { createWorld, type World, type WorldOptions } from '../support/sandbox.ts';
import { type ContractOptions, type ContractReport, runContract } from './suite.ts';

/** A world whose clock stands still at an instant of its own, so that a test is the same on any day and at any speed. */
export interface DatedWorld extends World {
  /** The time in the world, in epoch milliseconds. */
  readonly now: () => number;
}

/** Makes a world in the middle of a month, or at another instant. */
export async function createDatedWorld(
  options: WorldOptions = {},
  startAt = Date.UTC(2026, 10, 16, 12),
): Promise<DatedWorld> {
  const world = await createWorld({ ...options, clock: { startAt, rate: 0 } });
  return { ...world, now: () => startAt };
}

/** Runs the suite on a world, without pauses. */
export function runOn(world: DatedWorld, options: Partial<ContractOptions> = {}): Promise<ContractReport> {
  const { apiUrl: url, username, password, now } = world;
  return runContract({ url, username, password, now, pauseMs: 0, triesBadCredentials: true, ...options });
}

/** The ids of the checks that ended so. */
export function idsOf({ rows }: ContractReport, result: string): string[] {
  return rows.filter((row) => row.result === result).map(({ id }) => id);
}

/** What was remarked on a check. */
export function remarkOn({ rows }: ContractReport, id: string): string {
  return rows.find((row) => row.id === id)?.remark ?? '';
}
