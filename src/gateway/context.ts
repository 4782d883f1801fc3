import type { Principal } from '../auth/index.ts';
import type { Clock } from '../base/clock.ts';
import type { FleetStore } from '../fleet-index/index.ts';
import type { AuditStore, Ledger, RequestOrigin } from '../ledger/index.ts';
import { type CallTrace, monthOf, type SimApi, type SimApiClient, type YearMonth } from '../sim-api/index.ts';
import { type ActionSource, type Actions, createActions } from './actions.ts';
import { type AuditLoader, createAuditLoader } from './audit/audit.loader.ts';
import { type BulkLoader, createBulkLoader } from './bulk/bulk.loader.ts';
import { CallBudget } from './bulk/call-budget.ts';
import { createPreviewLoader, type PreviewLoader } from './bulk/preview.loader.ts';
import type { PreviewQueue } from './bulk/preview-queue.ts';
import type { HiddenFields } from './common/access.ts';
import { OperationEstimate } from './common/operation-estimate.ts';
import { createFleetLoader, type FleetLoader } from './fleet/fleet.loader.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { createLookAhead, type LookAhead } from './look-ahead.ts';
import { type Sight, sightOf } from './sight.ts';

/** Dependencies that the contexts of all requests share. */
export interface ContextSource {
  readonly clock: Clock;
  readonly client: SimApiClient;
  readonly actions: ActionSource;
  readonly ledger: Ledger;
  readonly audit: AuditStore;
  /** Null if the fleet index is switched off. */
  readonly fleet: FleetStore | null;
  /** Name of the SIM API account, to which everything that this gateway stores belongs. */
  readonly tenant: string;
  /** Whether the SIMs are made up. */
  readonly isSandbox: boolean;
  /** Maximum number of calls of the SIM API for the reads of one request. */
  readonly maxUpstreamCalls: number;
  readonly previews: PreviewQueue;
}

/** The properties that are created on first use. */
interface Made {
  loaders: Loaders;
  actions: Actions;
  audit: AuditLoader;
  bulk: BulkLoader;
  preview: PreviewLoader;
  fleet: FleetLoader;
  thisMonth: YearMonth;
  lookAhead: LookAhead;
}

/**
 * Passed to every resolver: `loaders` read from the SIM API, `actions` change through it. Each property is created when a resolver first
 * uses it: most operations need one or two of them. Apollo Server copies the context with its prototype, and the copies share `made`.
 */
export class Context {
  readonly requestId: string;
  /** Whether the request has the header Idempotency-Key. */
  readonly hasIdempotencyKey: boolean;
  /** Counts the upstream calls made for this request. */
  readonly trace: CallTrace;
  readonly estimate = new OperationEstimate();
  /** Set when the operation has been checked. */
  hiddenFields: HiddenFields | null = null;
  private readonly sight: Sight;
  private readonly made: Partial<Made> = {};

  constructor(
    private readonly source: ContextSource,
    private readonly origin: Omit<RequestOrigin, 'caller'>,
    readonly principal: Principal,
  ) {
    this.sight = sightOf(principal);
    this.requestId = origin.requestId;
    this.hasIdempotencyKey = origin.idempotencyKey !== null;
    this.trace = { requestId: origin.requestId, upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 };
  }

  /** Their reads end when the client has disconnected. */
  get loaders(): Loaders {
    this.made.loaders ??= this.createLoaders();
    return this.made.loaders;
  }

  get actions(): Actions {
    this.made.actions ??= this.createActions();
    return this.made.actions;
  }

  /** The audit log of changes. */
  get audit(): AuditLoader {
    this.made.audit ??= createAuditLoader(this.source.audit, this.tenant);
    return this.made.audit;
  }

  /** Bulk operations in the gateway's own tables. */
  get bulk(): BulkLoader {
    this.made.bulk ??= createBulkLoader(this.source.actions.bulk, this.tenant, this.onlyActor);
    return this.made.bulk;
  }

  /** Previews of bulk operations. */
  get preview(): PreviewLoader {
    this.made.preview ??= createPreviewLoader({
      simApi: this.createReads(),
      index: this.sight.index(this.source.fleet),
      tenant: this.tenant,
      budget: new CallBudget(this.source.maxUpstreamCalls, this.trace),
      queue: this.source.previews,
      cancellation: this.origin.cancellation,
      clock: this.source.clock,
    });
    return this.made.preview;
  }

  get fleet(): FleetLoader {
    this.made.fleet ??= createFleetLoader(
      this.sight.index(this.source.fleet),
      this.loaders,
      this.tenant,
      this.thisMonth,
      this.sight.groups,
    );
    return this.made.fleet;
  }

  /** The default month, the same for all fields of the request. */
  get thisMonth(): YearMonth {
    this.made.thisMonth ??= monthOf(this.source.clock.now());
    return this.made.thisMonth;
  }

  get lookAhead(): LookAhead {
    this.made.lookAhead ??= createLookAhead(this.loaders, this.thisMonth);
    return this.made.lookAhead;
  }

  get isSandbox(): boolean {
    return this.source.isSandbox;
  }

  private get tenant(): string {
    return this.source.tenant;
  }

  /** The actor whose bulk operations the caller sees; null: those of all. */
  private get onlyActor(): string | null {
    return this.sight.groups === null ? null : this.principal.actor;
  }

  private createLoaders(): Loaders {
    return createLoaders(this.createReads(), this.sight, this.source.clock);
  }

  /** The SIM API for reads: they end when the client has disconnected. */
  private createReads(): SimApi {
    const { cancellation } = this.origin;
    return this.sight.reads(this.source.client.forTrace(this.trace, { cancellation, tenant: this.tenant }));
  }

  private createActions(): Actions {
    const { client, ledger, actions } = this.source;
    // No cancellation: a change and the reads it needs continue after the client has disconnected.
    const simApi = this.sight.changes(client.forTrace(this.trace));
    const resolveFilter = this.sight.resolveFilter(actions.resolveFilter);
    const caller = { tenant: this.tenant, actor: this.principal.actor };
    const requestLedger = ledger.forRequest({ ...this.origin, caller });
    const { groups } = this.sight;
    const source = { ...actions, resolveFilter };
    return createActions(source, simApi, this.loaders, requestLedger, {
      tenant: this.tenant,
      groups,
      onlyActor: this.onlyActor,
    });
  }
}
