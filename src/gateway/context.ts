import type { Clock } from '../base/clock.ts';
import type { FleetStore } from '../fleet-index/index.ts';
import type { AuditStore, Ledger, RequestOrigin } from '../ledger/index.ts';
import { type CallTrace, monthOf, type SimApiClient, type YearMonth } from '../sim-api/index.ts';
import { type ActionSource, type Actions, createActions } from './actions.ts';
import { type AuditLoader, createAuditLoader } from './audit/audit.loader.ts';
import { type BulkLoader, createBulkLoader } from './bulk/bulk.loader.ts';
import { OperationEstimate } from './common/operation-estimate.ts';
import { createFleetLoader, type FleetLoader } from './fleet/fleet.loader.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { createLookAhead, type LookAhead } from './look-ahead.ts';

/** What resolvers get: two doors to the SIM API, one to read, one to write. */
export interface Context {
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly actions: Actions;
  /** The gateway's own record of changes. */
  readonly audit: AuditLoader;
  /** Bulk operations, as the gateway's own tables have them. */
  readonly bulk: BulkLoader;
  /** The index of the fleet. */
  readonly fleet: FleetLoader;
  /** Whether the request as a whole came with a key. */
  readonly hasIdempotencyKey: boolean;
  readonly estimate: OperationEstimate;
  /** Counts the upstream calls made for this request. */
  readonly trace: CallTrace;
  /** The month that is meant where none is named, the same for all fields of the request. */
  readonly thisMonth: YearMonth;
  /** Starts reads that the selection below SIMs will need. */
  readonly lookAhead: LookAhead;
}

/** What the contexts of all requests are made from. */
export interface ContextSource {
  readonly clock: Clock;
  readonly client: SimApiClient;
  readonly actions: ActionSource;
  readonly ledger: Ledger;
  readonly audit: AuditStore;
  /** Null where this gateway keeps no index of the fleet. */
  readonly fleet: FleetStore | null;
}

/** The context of one request. Its `signal` ends reads when nobody waits for the answer any more. */
export function createContext(
  { clock, client, actions, ledger, audit, fleet: index }: ContextSource,
  origin: RequestOrigin,
): Context {
  const { caller, requestId, signal } = origin;
  const trace: CallTrace = { requestId, upstreamCalls: 0, unreadableItems: 0 };
  const simApi = client.forTrace(trace, { signal });
  const loaders = createLoaders(simApi, clock);
  const thisMonth = monthOf(clock.now());
  return {
    requestId,
    loaders,
    // A change goes on though its client has left, and so do the reads that it needs: no signal.
    actions: createActions(
      actions,
      client.forTrace(trace),
      loaders,
      ledger.forRequest(origin),
      caller.tenant,
    ),
    audit: createAuditLoader(audit, caller.tenant),
    bulk: createBulkLoader(actions.bulk, caller.tenant),
    fleet: createFleetLoader(index, loaders, caller.tenant, thisMonth),
    hasIdempotencyKey: origin.idempotencyKey !== null,
    estimate: new OperationEstimate(),
    trace,
    thisMonth,
    lookAhead: createLookAhead(loaders, thisMonth),
  };
}
