import { setMaxListeners } from 'node:events';
import type { Log } from '../base/log.ts';
import type { Config } from '../config.ts';
import { type ActionSource, createActions } from '../gateway/actions.ts';
import { createLoaders } from '../gateway/loaders.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type SimApiClient, Unreachable } from '../sim-api/index.ts';
import { createPaceStore } from '../store/rate-limiter.store.ts';
import { createPace } from '../store/rate-limiter.ts';
import type { Store } from '../store/store.ts';
import { createWakeUps } from '../store/wake-ups.ts';
import type { TakenChunk } from './chunk.ts';
import { type BulkWorker, startBulkWorker } from './chunk.worker.ts';
import { createHandStore } from './chunk-leases.store.ts';
import { createChunkSimStore } from './chunk-sims.store.ts';
import { createCountStore } from './count.store.ts';
import { createWalkStore } from './enumeration.store.ts';

/** What bulk operations are worked off with. */
export interface BulkWork {
  readonly config: Config;
  readonly store: Store;
  /** The name of this gateway among others. */
  readonly owner: string;
  readonly client: SimApiClient;
  readonly actions: ActionSource;
  readonly ledger: Ledger;
}

/** Starts to work bulk operations off: by the same loaders and actions as a request's, at the common pace. Errors: StoreUnavailable. */
export async function startBulkWork(
  { config, store, owner, client, actions, ledger }: BulkWork,
  log: Log,
): Promise<BulkWorker> {
  const refusal = () => new Unreachable('bulk', 'aborted', true, 'nobody wants it any more');
  const pace = createPace(createPaceStore(store), config.bulk, refusal);
  // Nobody waits for the answer: finding out who was refused may take as many calls as it takes.
  const unhurried = { ...actions, limits: { mostExtraCalls: Infinity } };
  const always = new AbortController().signal;
  setMaxListeners(0, always);
  const { leaseMs } = config.store;
  const hands = createHandStore(store, owner, config.simApi.account, leaseMs);

  function upstreamFor({ tenant, actor, requestId }: TakenChunk, unwanted: AbortSignal) {
    const trace = { requestId, upstreamCalls: 0, unreadableItems: 0 };
    const simApi = client.forTrace(trace, {
      canWait: true,
      // What was sent is read back, also where nothing more may be sent.
      inTurn: (call, isChange) => pace.inTurn(tenant, isChange ? unwanted : always, call),
    });
    const loaders = createLoaders(simApi, actions.clock);
    const own = ledger.forRequest({ caller: { tenant, actor }, requestId, idempotencyKey: null });
    return { simApi, loaders, actions: createActions(unhurried, simApi, loaders, own, tenant) };
  }

  return startBulkWorker(
    {
      hands,
      sims: createChunkSimStore(store, hands.withChunk),
      walk: createWalkStore(hands.withChunk),
      count: createCountStore(hands.withChunk),
      wakeUps: createWakeUps(store, log),
      upstreamFor,
      chunksAtATime: config.bulk.chunksAtATime,
      firstLookMs: config.bulk.firstLookMs,
      leaseMs,
      isAlone: store.isExclusive,
    },
    log,
  );
}
