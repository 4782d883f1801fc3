import { setMaxListeners } from 'node:events';
import { sleep } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import type { ChangeOptions } from '../changes/index.ts';
import { GatewayError } from '../errors/index.ts';
import { startHeartbeat } from '../ledger/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type JobSignal, LeaseLost, StoreUnavailable } from '../store/index.ts';
import type { LeasedChunk } from './chunk.ts';
import { type ChunkResult, type ChunkStore, checkpoint as checkpointOnce } from './chunks.store.ts';
import { countSims } from './count-sims.ts';
import { enumerateGroup } from './enumerate-group.ts';
import type { CountStore, EnumerationStore } from './enumeration.store.ts';
import { pollSettlement } from './poll-settlement.ts';
import { processChunk } from './process-chunk.ts';
import { reschedule } from './retry-policy.ts';

/** Processes the chunks of bulk operations, concurrently with the workers of all gateways that use the same database. */
export interface BulkWorker {
  /** Starts to acquire chunks. Errors: StoreUnavailable. */
  start(): Promise<void>;
  /**
   * Checks at once for due chunks, here and in other gateways, and cuts off the leased chunks of cancelled operations in this gateway. Has
   * no effect before the start.
   */
  notify(): void;
  /** Stops acquiring chunks and sending SIMs. Resolves when all calls in flight are answered and their outcomes recorded. */
  stop(): Promise<void>;
  /** Gives up outcomes that are not recorded yet, and ends all leases of this gateway. Errors: StoreUnavailable. */
  releaseAll(): Promise<void>;
}

export interface BulkWorkerOptions {
  readonly chunks: ChunkStore;
  readonly enumeration: EnumerationStore;
  readonly count: CountStore;
  readonly jobSignal: JobSignal;
  /** The SIM API for one chunk, under the common rate limit. */
  readonly simApiFor: (chunk: LeasedChunk, signal: AbortSignal) => SimApi;
  readonly changes: ChangeOptions;
  readonly chunkConcurrency: number;
  readonly firstPollMs: number;
  readonly leaseMs: number;
  /** Whether no other gateway can use the same database: leases of others are ended at the start. */
  readonly isAlone: boolean;
}

const retryDelayMs = 1000;

export function createBulkWorker(options: BulkWorkerOptions, log: Log): BulkWorker {
  const { chunks, enumeration, count, jobSignal, chunkConcurrency, leaseMs, isAlone } = options;
  const stopping = new AbortController();
  const releasing = new AbortController();
  const running = new Set<Promise<void>>();
  /** The controller that cuts off each leased chunk, by lease token. */
  const leased = new Map<string, AbortController>();
  let whenFree: (() => void)[] = [];
  /** Null until the worker is started. */
  let started: { heartbeat: { stop(): void }; subscription: { stop(): Promise<void> } } | null = null;

  const notifyOthers = (at?: Date) => {
    jobSignal.notify(at).catch((error: Error) => log.debug({ detail: error.message }, 'job signal failed'));
  };

  async function process(chunk: LeasedChunk): Promise<ChunkResult | null> {
    const cutOff = new AbortController();
    const { signal } = cutOff;
    leased.set(chunk.leaseToken, cutOff);
    // Every queued call of the chunk adds a listener.
    setMaxListeners(0, signal);
    const stop = () => cutOff.abort();
    stopping.signal.addEventListener('abort', stop);
    // The stop may have come while the chunk was being acquired.
    if (stopping.signal.aborted) stop();
    const simApi = options.simApiFor(chunk, signal);
    const tools = {
      chunks,
      simApi,
      changes: options.changes,
      cutOff,
      stopping: stopping.signal,
      releasing: releasing.signal,
      firstPollMs: options.firstPollMs,
      log,
    };
    try {
      if (chunk.number >= 0)
        return await (chunk.status === 'SETTLING'
          ? pollSettlement(chunk, tools)
          : processChunk(chunk, tools));
      if (chunk.groupName === null) return await countSims(chunk, { count, simApi, signal });
      return await enumerateGroup(chunk, { enumeration, simApi, signal });
    } finally {
      stopping.signal.removeEventListener('abort', stop);
      cutOff.abort();
    }
  }

  /** Writes the checkpoint; retries until the database answers or the worker gives up. */
  async function checkpoint(chunk: LeasedChunk, end: ChunkResult): Promise<void> {
    while (!releasing.signal.aborted) {
      try {
        const isEnumeration = chunk.number < 0;
        const isDone = await (isEnumeration
          ? enumeration.reschedule(chunk, end)
          : checkpointOnce(chunks.withChunk, chunk, end));
        if (!isDone) notifyOthers(new Date(Date.now() + end.dueInMs));
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await sleep(retryDelayMs, releasing.signal);
      }
    }
  }

  async function handle(chunk: LeasedChunk): Promise<void> {
    const { operationId, number, requestId, leaseToken } = chunk;
    try {
      const end = await process(chunk).catch((error: unknown) => {
        if (error instanceof LeaseLost) throw error;
        if (!(error instanceof StoreUnavailable))
          log.error({ requestId, operationId, number, stack: (error as Error).stack }, 'unexpected error');
        // SIMs may have been sent, so those of unknown outcome have to be read.
        const needsReconcile = chunk.status === 'WAITING';
        return { ...reschedule(chunk, new GatewayError('STORE_UNAVAILABLE')), needsReconcile };
      });
      if (end !== null) await checkpoint(chunk, end);
    } catch (error) {
      if (error instanceof LeaseLost)
        log.warn({ requestId, operationId, number }, 'chunk lease lost to another gateway');
      else log.error({ requestId, operationId, number, stack: (error as Error).stack }, 'unexpected error');
    } finally {
      // If no checkpoint was written, the lease is no longer renewed and expires.
      leased.delete(leaseToken);
    }
  }

  async function acquireNext(): Promise<LeasedChunk | null> {
    try {
      return await chunks.acquire();
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        log.error({ stack: (error as Error).stack }, 'unexpected error');
      return null;
    }
  }

  /** Processes chunks until none is due. */
  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const chunk = await acquireNext();
      if (chunk === null) return;
      // More chunks may be due: for this gateway and for others.
      notify();
      notifyOthers();
      await handle(chunk);
    }
  }

  function notify(): void {
    if (started === null || stopping.signal.aborted || running.size >= chunkConcurrency) return;
    const done = work().finally(() => {
      running.delete(done);
      for (const go of whenFree) go();
      whenFree = [];
    });
    running.add(done);
  }

  const handlers = {
    async renew() {
      await chunks.renew([...leased.keys()]);
      await cutOffCanceled();
      notify();
    },
    async takeOver() {
      const freed = await chunks.free('expired', [...leased.keys()]);
      if (freed === 0) return;
      log.warn({ chunks: freed }, 'released chunks whose leases had expired');
      notify();
    },
  };
  /** Resolves when this gateway can process another chunk; until then it leaves job signals to other gateways. */
  async function isFree(): Promise<void> {
    while (running.size >= chunkConcurrency && !stopping.signal.aborted)
      await new Promise<void>((resolve) => whenFree.push(resolve));
  }

  /** Cuts off the leased chunks of cancelled operations: their queued calls end at once. */
  async function cutOffCanceled(): Promise<void> {
    if (leased.size === 0) return;
    for (const leaseToken of await chunks.canceled([...leased.keys()])) leased.get(leaseToken)?.abort();
  }

  return {
    async start() {
      if (isAlone) await chunks.free('others');
      started = {
        heartbeat: startHeartbeat(leaseMs, handlers, log),
        subscription: jobSignal.subscribe(isFree, notify),
      };
    },

    notify() {
      if (started === null) return;
      cutOffCanceled().catch(() => undefined);
      notify();
      notifyOthers();
    },

    async stop() {
      stopping.abort();
      while (running.size > 0) await Promise.all(running);
      started?.heartbeat.stop();
      await started?.subscription.stop();
    },

    async releaseAll() {
      stopping.abort();
      releasing.abort();
      started?.heartbeat.stop();
      void started?.subscription.stop();
      await chunks.free('own');
    },
  };
}
