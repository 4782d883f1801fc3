import { createWorld, type World, type WorldOptions } from '../support/sandbox.ts';
import { type ContractOptions, type ContractReport, runContract } from './suite.ts';

/** A world whose clock stands still at a fixed instant, so that a test depends on neither the date nor its speed. */
export interface DatedWorld extends World {
  /** The time in the world, in epoch milliseconds. */
  readonly now: () => number;
}

/** Creates a world whose clock stands still, by default in the middle of a month. */
export async function createDatedWorld(
  options: WorldOptions = {},
  startAt = Date.UTC(2026, 10, 16, 12),
): Promise<DatedWorld> {
  const world = await createWorld({ ...options, clock: { startAt, rate: 0 } });
  return { ...world, now: () => startAt };
}

/** Runs the suite on a world without pauses, a wrong password included. */
export function runOn(world: DatedWorld, options: Partial<ContractOptions> = {}): Promise<ContractReport> {
  const { apiUrl: url, username, password, now } = world;
  return runContract({ url, username, password, now, pauseMs: 0, triesBadCredentials: true, ...options });
}

/** The ids of the checks with this result. */
export function idsOf({ rows }: ContractReport, result: string): string[] {
  return rows.filter((row) => row.result === result).map(({ id }) => id);
}

/** The remark of a check; empty if there is none. */
export function remarkOn({ rows }: ContractReport, id: string): string {
  return rows.find((row) => row.id === id)?.remark ?? '';
}
