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

/** Passed to every resolver: `loaders` read from the SIM API, `actions` change through it. */
export interface Context {
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly actions: Actions;
  /** The audit log of changes. */
  readonly audit: AuditLoader;
  /** Bulk operations in the gateway's own tables. */
  readonly bulk: BulkLoader;
  readonly fleet: FleetLoader;
  /** Whether the request has the header Idempotency-Key. */
  readonly hasIdempotencyKey: boolean;
  readonly estimate: OperationEstimate;
  /** Counts the upstream calls made for this request. */
  readonly trace: CallTrace;
  /** The default month, the same for all fields of the request. */
  readonly thisMonth: YearMonth;
  readonly lookAhead: LookAhead;
}

/** Dependencies that the contexts of all requests share. */
export interface ContextSource {
  readonly clock: Clock;
  readonly client: SimApiClient;
  readonly actions: ActionSource;
  readonly ledger: Ledger;
  readonly audit: AuditStore;
  /** Null if the fleet index is switched off. */
  readonly fleet: FleetStore | null;
}

/** Creates the context of one request. `origin.signal` aborts its reads when the client has disconnected. */
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
    // No signal: a change and the reads it needs continue after the client has disconnected.
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
