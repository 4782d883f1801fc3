import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../../errors/index.ts';
import { monthOf } from '../../sim-api/index.ts';
import type { FleetScope } from './filter.store.ts';
import { dependsOnMonth } from './filter-logic.ts';
import type { FleetStore } from './fleet.store.ts';
import type { SimFilter } from './sim-query.ts';
import type { FleetState } from './snapshot.store.ts';

/**
 * Returns the ICCIDs of the SIMs of a tenant that match a filter now, ascending, at most `max`. Errors: those of
 * `requireComplete`, STORE_UNAVAILABLE.
 */
export type ResolveFilter = (tenant: string, filter: SimFilter, max: number) => Promise<readonly string[]>;

const retryAfterSeconds = 5;

/** Creates a filter resolver; `index` is null if this gateway keeps no index. */
export function createResolveFilter(index: FleetStore | null, clock: Clock): ResolveFilter {
  return async (tenant, filter, max) => {
    await requireComplete(index, tenant, filter, clock);
    return requireIndex(index).iccids(scopeOfChange(tenant, filter, clock), max);
  };
}

/**
 * The SIMs that a filter selects for a change. A filter by usage or cost does not select SIMs whose cost of this month could not be read:
 * they may have values of the month before, or none.
 */
export function scopeOfChange(tenant: string, filter: SimFilter, clock: Clock): FleetScope {
  const costMonth = dependsOnMonth(filter) ? monthOf(clock.now()) : null;
  return { tenant, group: null, filter, costMonth };
}

/**
 * The state of the index of a tenant, if a filter may select the SIMs of a change. Errors: FLEET_INCOMPLETE until the first full sync has
 * ended, and, if the filter is about usage or cost, until a full sync that began in this month has ended: the index may then hold values of
 * the month before. FEATURE_NOT_ENABLED.
 */
export async function requireComplete(
  index: FleetStore | null,
  tenant: string,
  filter: SimFilter | null,
  clock: Clock,
): Promise<FleetState> {
  const state = await requireIndex(index).state(tenant);
  if (!state?.isComplete) throw new GatewayError('FLEET_INCOMPLETE', { retryAfterSeconds });
  const isOfThisMonth = monthOf(state.asOf) === monthOf(clock.now());
  if (!isOfThisMonth && filter !== null && dependsOnMonth(filter))
    throw new GatewayError('FLEET_INCOMPLETE', {
      message: 'The gateway has not read the usage of this month of the whole fleet yet.',
      retryAfterSeconds,
    });
  return state;
}

/** The index, if this gateway keeps one. Errors: FEATURE_NOT_ENABLED. */
export function requireIndex(index: FleetStore | null): FleetStore {
  if (index !== null) return index;
  throw new GatewayError('FEATURE_NOT_ENABLED', {
    message: 'This gateway keeps no index of the fleet: FLEET_SYNC_INTERVAL_MS is 0.',
  });
}
