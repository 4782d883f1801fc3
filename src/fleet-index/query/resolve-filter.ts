import { GatewayError } from '../../errors/index.ts';
import type { FleetStore } from './fleet.store.ts';
import type { SimFilter } from './sim-query.ts';
import type { FleetState } from './snapshot.store.ts';

/**
 * Returns the ICCIDs of the SIMs of a tenant that match a filter now, ascending, at most `max`. Errors: FLEET_INCOMPLETE until the first
 * full sync has ended, FEATURE_NOT_ENABLED, STORE_UNAVAILABLE.
 */
export type ResolveFilter = (tenant: string, filter: SimFilter, max: number) => Promise<readonly string[]>;

const retryAfterSeconds = 5;

/** Creates a filter resolver; `index` is null if this gateway keeps no index. */
export function createResolveFilter(index: FleetStore | null): ResolveFilter {
  return async (tenant, filter, max) => {
    await requireComplete(index, tenant);
    return requireIndex(index).iccids({ tenant, group: null, filter }, max);
  };
}

/** The state of the index of a tenant, once its first full sync has ended. Errors: FLEET_INCOMPLETE before, FEATURE_NOT_ENABLED. */
export async function requireComplete(index: FleetStore | null, tenant: string): Promise<FleetState> {
  const state = await requireIndex(index).state(tenant);
  if (state?.isComplete) return state;
  throw new GatewayError('FLEET_INCOMPLETE', { retryAfterSeconds });
}

/** The index, if this gateway keeps one. Errors: FEATURE_NOT_ENABLED. */
export function requireIndex(index: FleetStore | null): FleetStore {
  if (index !== null) return index;
  throw new GatewayError('FEATURE_NOT_ENABLED', {
    message: 'This gateway keeps no index of the fleet: FLEET_SYNC_INTERVAL_MS is 0.',
  });
}
