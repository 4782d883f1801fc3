import { setMaxListeners } from 'node:events';
import type { Log } from '../base/log.ts';
import type { ChangeOptions } from '../changes/index.ts';
import { type SimApiClient, Unreachable } from '../sim-api/index.ts';
import { createJobSignal, createRateLimiter, createSharedSlots, type Store } from '../store/index.ts';
import type { LeasedChunk } from './chunk.ts';
import { type BulkWorker, createBulkWorker } from './chunk.worker.ts';
import { createChunkStore } from './chunks.store.ts';
import { createCountStore, createEnumerationStore } from './enumeration.store.ts';

/** What bulk operations are worked off with. */
export interface BulkOptions {
  /** The SIM API account; only its operations are worked off. */
  readonly account: string;
  /** The name of this gateway among others. */
  readonly owner: string;
  /** A chunk whose lease was not renewed for this long is free for other gateways. */
  readonly leaseMs: number;
  readonly callsPerSecond: number;
  readonly concurrency: number;
  readonly chunkConcurrency: number;
  /** Delay before the first status poll of SIMs that were changed; it doubles each time. */
  readonly firstPollMs: number;
  /** Told of what happens to SIMs. */
  readonly updates: ChangeOptions['updates'];
}

/** A worker of bulk operations, at the common rate of all gateways. */
export function createBulk(options: BulkOptions, store: Store, client: SimApiClient, log: Log): BulkWorker {
  const { owner, account, leaseMs, updates } = options;
  const refusal = () => new Unreachable('bulk', 'aborted', true, 'the call is no longer wanted');
  const limiter = createRateLimiter(createSharedSlots(store), options, refusal);
  const always = new AbortController().signal;
  setMaxListeners(0, always);
  const chunks = createChunkStore(store, owner, account, leaseMs);

  function simApiFor({ tenant, requestId }: LeasedChunk, unwanted: AbortSignal) {
    const trace = { requestId, upstreamCalls: 0, unreadableItems: 0 };
    return client.forTrace(trace, {
      canWait: true,
      // What was sent is read back, also where nothing more may be sent.
      schedule: (call, isChange) => limiter.schedule(tenant, isChange ? unwanted : always, call),
    });
  }

  return createBulkWorker(
    {
      chunks,
      enumeration: createEnumerationStore(chunks.withChunk),
      count: createCountStore(chunks.withChunk),
      jobSignal: createJobSignal(store, log),
      simApiFor,
      // No client waits for the answer: finding out which SIMs were refused may take any number of calls.
      changes: { updates, maxExtraCalls: Infinity },
      chunkConcurrency: options.chunkConcurrency,
      firstPollMs: options.firstPollMs,
      leaseMs,
      isAlone: store.isExclusive,
    },
    log,
  );
}
