import { setMaxListeners } from 'node:events';
import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import type { ChangeOptions } from '../changes/index.ts';
import { GatewayError } from '../errors/index.ts';
import { startHeartbeat } from '../ledger/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { type JobSignal, LeaseLost, StoreUnavailable } from '../store/index.ts';
import type { LeasedChunk } from './chunk.ts';
import { type ChunkResult, type ChunkStore, checkpoint as putDownOnce } from './chunks.store.ts';
import { countSims } from './count-sims.ts';
import { enumerateGroup } from './enumerate-group.ts';
import type { CountStore, EnumerationStore } from './enumeration.store.ts';
import { pollSettlement } from './poll-settlement.ts';
import { processChunk } from './process-chunk.ts';
import { reschedule } from './retry-policy.ts';

/** Works on the chunks of bulk operations, beside all other gateways over the same store. */
export interface BulkWorker {
  /** Begins to work. Errors: StoreUnavailable. */
  start(): Promise<void>;
  /** Looks for work now, once it has begun. */
  notify(): void;
  /** Takes no more chunks, sends nothing more, and resolves when what was on its way has been answered and written down. */
  stop(): Promise<void>;
  /** Gives up what is still not written down, and leaves the rest to others. Errors: StoreUnavailable. */
  releaseAll(): Promise<void>;
}

/** What the worker works with. */
export interface BulkWorkerOptions {
  readonly chunks: ChunkStore;
  readonly enumeration: EnumerationStore;
  readonly count: CountStore;
  readonly jobSignal: JobSignal;
  /** The SIM API as one chunk sees it, at the common pace. */
  readonly simApiFor: (chunk: LeasedChunk, unwanted: AbortSignal) => SimApi;
  readonly changes: ChangeOptions;
  readonly chunkConcurrency: number;
  readonly firstPollMs: number;
  readonly leaseMs: number;
  /** No other gateway can be at the same data: what others have in hand is free. */
  readonly isAlone: boolean;
}

const retryDelayMs = 1000;

/** A worker that does nothing until it is started. */
export function createBulkWorker(options: BulkWorkerOptions, log: Log): BulkWorker {
  const { chunks, enumeration, count, jobSignal, chunkConcurrency, leaseMs, isAlone } = options;
  const stopping = new AbortController();
  const releasing = new AbortController();
  const running = new Set<Promise<void>>();
  /** The chunks that are worked on, by their hands, and what cuts each of them off. */
  const leased = new Map<string, AbortController>();
  let whenFree: (() => void)[] = [];
  /** Null until the worker is started. */
  let begun: { heartbeat: { stop(): void }; listening: { stop(): Promise<void> } } | null = null;

  const notifyOthers = (at?: Date) => {
    jobSignal.call(at).catch((error: Error) => log.debug({ detail: error.message }, 'nobody could be woken'));
  };

  async function process(chunk: LeasedChunk): Promise<ChunkResult | null> {
    const cutOff = new AbortController();
    const { signal } = cutOff;
    leased.set(chunk.leaseToken, cutOff);
    // Every call of the chunk that waits for its turn listens to it.
    setMaxListeners(0, signal);
    const stop = () => cutOff.abort();
    stopping.signal.addEventListener('abort', stop);
    // It may have been taken in the very moment of stopping.
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
      if (chunk.groupName === null) return await countSims(chunk, { count, simApi, unwanted: signal });
      return await enumerateGroup(chunk, { enumeration, simApi, unwanted: signal });
    } finally {
      stopping.signal.removeEventListener('abort', stop);
      cutOff.abort();
    }
  }

  /** Puts a chunk down, however long the store is away. */
  async function checkpoint(chunk: LeasedChunk, end: ChunkResult): Promise<void> {
    while (!releasing.signal.aborted) {
      try {
        const isEnumeration = chunk.number < 0;
        const isDone = await (isEnumeration
          ? enumeration.reschedule(chunk, end)
          : putDownOnce(chunks.withChunk, chunk, end));
        if (!isDone) notifyOthers(new Date(Date.now() + end.dueInMs));
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await rest(retryDelayMs, releasing.signal);
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
        // Whatever is written down of it, somebody has to look at it again.
        const needsReconcile = chunk.status === 'WAITING';
        return { ...reschedule(chunk, new GatewayError('STORE_UNAVAILABLE')), needsReconcile };
      });
      if (end !== null) await checkpoint(chunk, end);
    } catch (error) {
      if (error instanceof LeaseLost)
        log.warn({ requestId, operationId, number }, 'chunk lease lost to another gateway');
      else log.error({ requestId, operationId, number, stack: (error as Error).stack }, 'unexpected error');
    } finally {
      // Should it still be ours, its lease ends.
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

  /** Works until nothing is due. */
  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const chunk = await acquireNext();
      if (chunk === null) return;
      // Where one chunk is due, there may be more: for this gateway and for others.
      notify();
      notifyOthers();
      await handle(chunk);
    }
  }

  function notify(): void {
    if (begun === null || stopping.signal.aborted || running.size >= chunkConcurrency) return;
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
      log.warn({ chunks: freed }, 'chunks are free whose gateway is gone');
      notify();
    },
  };
  /** A gateway that works on as many chunks as it may leaves the calls to others. */
  async function isFree(): Promise<void> {
    while (running.size >= chunkConcurrency && !stopping.signal.aborted)
      await new Promise<void>((resolve) => whenFree.push(resolve));
  }

  /** A chunk whose operation was cancelled leaves the line at once, and does not find out when its turn comes. */
  async function cutOffCanceled(): Promise<void> {
    if (leased.size === 0) return;
    for (const leaseToken of await chunks.canceled([...leased.keys()])) leased.get(leaseToken)?.abort();
  }

  return {
    async start() {
      if (isAlone) await chunks.free('others');
      begun = {
        heartbeat: startHeartbeat(leaseMs, handlers, log),
        listening: jobSignal.listen(isFree, notify),
      };
    },

    notify() {
      if (begun === null) return;
      cutOffCanceled().catch(() => undefined);
      notify();
      notifyOthers();
    },

    async stop() {
      stopping.abort();
      while (running.size > 0) await Promise.all(running);
      begun?.heartbeat.stop();
      await begun?.listening.stop();
    },

    async releaseAll() {
      stopping.abort();
      releasing.abort();
      begun?.heartbeat.stop();
      void begun?.listening.stop();
      await chunks.free('own');
    },
  };
}
