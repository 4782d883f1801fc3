import { BoundedMap } from '../../base/bounded-map.ts';
import type { FleetScope } from './filter.store.ts';

/** The number of SIMs in a scope. */
export interface KnownCount {
  readonly count: number;
  /** The version of the index in which it was counted; null: estimated by the planner. */
  readonly version: string | null;
  /** By the monotonic clock. */
  readonly atMs: number;
}

const maxScopes = 1000;
/** A filter can have thousands of values; the counts of scopes with a longer key are not stored. */
const maxKeyLength = 2000;

/** The counts of the scopes that were read last. */
export class KnownCounts {
  private readonly counts = new BoundedMap<string, KnownCount>(maxScopes);

  get(scope: FleetScope): KnownCount | undefined {
    return this.counts.get(keyOf(scope));
  }

  set(scope: FleetScope, count: KnownCount): void {
    const key = keyOf(scope);
    if (key.length <= maxKeyLength) this.counts.set(key, count);
  }
}

function keyOf({ tenant, group, filter }: FleetScope): string {
  return JSON.stringify([tenant, group, filter]);
}
