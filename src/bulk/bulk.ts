import { setMaxListeners } from 'node:events';
import type { Log } from '../base/log.ts';
import type { ChangeOptions } from '../changes/index.ts';
import { limitToGroups, type SimApi, type SimApiClient, Unreachable } from '../sim-api/index.ts';
import { createJobSignal, createRateLimiter, createSharedSlots, type Store } from '../store/index.ts';
import type { LeasedChunk } from './chunk.ts';
import { type BulkWorker, createBulkWorker } from './chunk.worker.ts';
import { createChunkStore } from './chunks.store.ts';
import { createCountStore, createEnumerationStore } from './enumeration.store.ts';

export interface BulkOptions {
  /** The SIM API account; the worker processes only its operations. */
  readonly account: string;
  /** The name of this gateway. */
  readonly owner: string;
  /** Other gateways can acquire a chunk whose lease was not renewed for this time. */
  readonly leaseMs: number;
  readonly callsPerSecond: number;
  readonly concurrency: number;
  readonly chunkConcurrency: number;
  /** Delay before the first status poll of changed SIMs; doubles each time, at most 60 s. */
  readonly firstPollMs: number;
  /** The write buffer of the fleet index, which receives the changes of SIMs. */
  readonly updates: ChangeOptions['updates'];
}

/** Creates the bulk worker; its calls count against the common rate limit of all gateways. */
export function createBulk(options: BulkOptions, store: Store, client: SimApiClient, log: Log): BulkWorker {
  const { owner, account, leaseMs, updates } = options;
  const refusal = () => new Unreachable('bulk', 'aborted', true, 'the call was aborted');
  const limiter = createRateLimiter(createSharedSlots(store), options, refusal);
  const always = new AbortController().signal;
  setMaxListeners(0, always);
  const chunks = createChunkStore(store, owner, account, leaseMs);

  function simApiFor({ tenant, requestId, status, onlyGroups }: LeasedChunk, signal: AbortSignal): SimApi {
    const trace = { requestId, upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 };
    const simApi = client.forTrace(trace, {
      canWait: true,
      // SIMs that were sent are read back even after the rest is cut off, so only changes are aborted.
      schedule: (call, isChange) => limiter.schedule(tenant, isChange ? signal : always, call),
    });
    // A SIM that settles was changed by this operation, and may be in another group now.
    return onlyGroups === null || status === 'SETTLING' ? simApi : limitToGroups(simApi, onlyGroups);
  }

  return createBulkWorker(
    {
      chunks,
      enumeration: createEnumerationStore(chunks.withChunk),
      count: createCountStore(chunks.withChunk),
      jobSignal: createJobSignal(store, log),
      simApiFor,
      // No client waits for the answer, so finding the refused SIMs may take any number of calls.
      changes: { updates, maxExtraCalls: Infinity },
      chunkConcurrency: options.chunkConcurrency,
      firstPollMs: options.firstPollMs,
      leaseMs,
      isAlone: store.isExclusive,
    },
    log,
  );
}
