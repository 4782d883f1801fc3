import { setMaxListeners } from 'node:events';
import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import type { ChangeOptions } from '../changes/index.ts';
import { GatewayError } from '../errors/index.ts';
import { startHeartbeat } from '../ledger/index.ts';
import type { SimApi } from '../sim-api/index.ts';
import { LeaseLost, StoreUnavailable, type WakeUps } from '../store/index.ts';
import type { TakenChunk } from './chunk.ts';
import { type ChunkEnd, type ChunkStore, putDown as putDownOnce } from './chunks.store.ts';
import { countSims } from './count-sims.ts';
import { walkGroup } from './enumerate-group.ts';
import type { CountStore, WalkStore } from './enumeration.store.ts';
import { lookAtSettling } from './poll-settlement.ts';
import { workOff } from './process-chunk.ts';
import { putOff } from './retry-policy.ts';

/** Works on the chunks of bulk operations, beside all other gateways over the same store. */
export interface BulkWorker {
  /** Begins to work. Errors: StoreUnavailable. */
  start(): Promise<void>;
  /** Looks for work now, once it has begun. */
  wake(): void;
  /** Takes no more chunks, sends nothing more, and resolves when what was on its way has been answered and written down. */
  stop(): Promise<void>;
  /** Gives up what is still not written down, and leaves the rest to others. Errors: StoreUnavailable. */
  abandon(): Promise<void>;
}

/** What the worker works with. */
export interface BulkWorkerOptions {
  readonly chunks: ChunkStore;
  readonly walk: WalkStore;
  readonly count: CountStore;
  readonly wakeUps: WakeUps;
  /** The SIM API as one chunk sees it, at the common pace. */
  readonly simApiFor: (chunk: TakenChunk, unwanted: AbortSignal) => SimApi;
  readonly changes: ChangeOptions;
  readonly chunksAtATime: number;
  readonly firstLookMs: number;
  readonly leaseMs: number;
  /** No other gateway can be at the same data: what others have in hand is free. */
  readonly isAlone: boolean;
}

const secondTryMs = 1000;

/** A worker that does nothing until it is started. */
export function createBulkWorker(options: BulkWorkerOptions, log: Log): BulkWorker {
  const { chunks, walk, count, wakeUps, chunksAtATime, leaseMs, isAlone } = options;
  const stopping = new AbortController();
  const givingUp = new AbortController();
  const running = new Set<Promise<void>>();
  /** The chunks that are worked on, by their hands, and what cuts each of them off. */
  const inHand = new Map<string, AbortController>();
  let whenFree: (() => void)[] = [];
  /** Null until the worker is started. */
  let begun: { heartbeat: { stop(): void }; listening: { stop(): Promise<void> } } | null = null;

  const callOthers = (at?: Date) => {
    wakeUps.call(at).catch((error: Error) => log.debug({ detail: error.message }, 'nobody could be woken'));
  };

  async function process(chunk: TakenChunk): Promise<ChunkEnd | null> {
    const cutOff = new AbortController();
    const { signal } = cutOff;
    inHand.set(chunk.hand, cutOff);
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
      givingUp: givingUp.signal,
      firstLookMs: options.firstLookMs,
      log,
    };
    try {
      if (chunk.number >= 0)
        return await (chunk.status === 'SETTLING' ? lookAtSettling(chunk, tools) : workOff(chunk, tools));
      if (chunk.groupName === null) return await countSims(chunk, { count, simApi, unwanted: signal });
      return await walkGroup(chunk, { walk, simApi, unwanted: signal });
    } finally {
      stopping.signal.removeEventListener('abort', stop);
      cutOff.abort();
    }
  }

  /** Puts a chunk down, however long the store is away. */
  async function putDown(chunk: TakenChunk, end: ChunkEnd): Promise<void> {
    while (!givingUp.signal.aborted) {
      try {
        const isWalk = chunk.number < 0;
        const isDone = await (isWalk ? walk.putOff(chunk, end) : putDownOnce(chunks.withChunk, chunk, end));
        if (!isDone) callOthers(new Date(Date.now() + end.dueInMs));
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await rest(secondTryMs, givingUp.signal);
      }
    }
  }

  async function handle(chunk: TakenChunk): Promise<void> {
    const { operationId, number, requestId, hand } = chunk;
    try {
      const end = await process(chunk).catch((error: unknown) => {
        if (error instanceof LeaseLost) throw error;
        if (!(error instanceof StoreUnavailable))
          log.error({ requestId, operationId, number, stack: (error as Error).stack }, 'unexpected error');
        // Whatever is written down of it, somebody has to look at it again.
        const hasDoubts = chunk.status === 'WAITING';
        return { ...putOff(chunk, new GatewayError('STORE_UNAVAILABLE')), hasDoubts };
      });
      if (end !== null) await putDown(chunk, end);
    } catch (error) {
      if (error instanceof LeaseLost)
        log.warn({ requestId, operationId, number }, 'a chunk is in another hand by now');
      else log.error({ requestId, operationId, number, stack: (error as Error).stack }, 'unexpected error');
    } finally {
      // Should it still be ours, its lease ends.
      inHand.delete(hand);
    }
  }

  async function takeNext(): Promise<TakenChunk | null> {
    try {
      return await chunks.take();
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        log.error({ stack: (error as Error).stack }, 'unexpected error');
      return null;
    }
  }

  /** Works until nothing is due. */
  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const chunk = await takeNext();
      if (chunk === null) return;
      // Where one chunk is due, there may be more: for this gateway and for others.
      wake();
      callOthers();
      await handle(chunk);
    }
  }

  function wake(): void {
    if (begun === null || stopping.signal.aborted || running.size >= chunksAtATime) return;
    const done = work().finally(() => {
      running.delete(done);
      for (const go of whenFree) go();
      whenFree = [];
    });
    running.add(done);
  }

  const beat = {
    async renew() {
      await chunks.renew([...inHand.keys()]);
      await cutOffCanceled();
      wake();
    },
    async takeOver() {
      const freed = await chunks.free('expired', [...inHand.keys()]);
      if (freed === 0) return;
      log.warn({ chunks: freed }, 'chunks are free whose gateway is gone');
      wake();
    },
  };
  /** A gateway that works on as many chunks as it may leaves the calls to others. */
  async function isFree(): Promise<void> {
    while (running.size >= chunksAtATime && !stopping.signal.aborted)
      await new Promise<void>((resolve) => whenFree.push(resolve));
  }

  /** A chunk whose operation was cancelled leaves the line at once, and does not find out when its turn comes. */
  async function cutOffCanceled(): Promise<void> {
    if (inHand.size === 0) return;
    for (const hand of await chunks.canceled([...inHand.keys()])) inHand.get(hand)?.abort();
  }

  return {
    async start() {
      if (isAlone) await chunks.free('others');
      begun = { heartbeat: startHeartbeat(leaseMs, beat, log), listening: wakeUps.listen(isFree, wake) };
    },

    wake() {
      if (begun === null) return;
      cutOffCanceled().catch(() => undefined);
      wake();
      callOthers();
    },

    async stop() {
      stopping.abort();
      while (running.size > 0) await Promise.all(running);
      begun?.heartbeat.stop();
      await begun?.listening.stop();
    },

    async abandon() {
      stopping.abort();
      givingUp.abort();
      begun?.heartbeat.stop();
      void begun?.listening.stop();
      await chunks.free('own');
    },
  };
}
