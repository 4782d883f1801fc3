import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type CallTrace, type SimApiClient, Unreachable } from '../sim-api/index.ts';
import {
  createOwnSlots,
  createRateLimiter,
  type Leadership,
  type Store,
  startLeadership,
} from '../store/index.ts';
import { createUpsertStore } from './ingest/upsert.store.ts';
import { createIndexWriteBuffer, type IndexWriteBuffer, noWriteBuffer } from './ingest/write-buffer.ts';
import { createFleetStore, type FleetStore } from './query/fleet.store.ts';
import { createSyncStore } from './sync/sync.store.ts';
import { runSync } from './sync/sync.worker.ts';

/** The index of the fleet, and who keeps it up to date. */
export interface FleetIndex {
  /** Null where this gateway keeps none. */
  readonly index: FleetStore | null;
  /** The client through which everything but the fleet is read: what is learned on the way is news for the index. */
  readonly client: SimApiClient;
  readonly writeBuffer: IndexWriteBuffer;
  /** Begins to read the fleet, unless another gateway does. Resolves when the index is complete, or after a moment. */
  start(): Promise<void>;
  /** Ends reading; another gateway may go on at once. What is learned after that still goes into the index: see `news.written`. */
  stop(): Promise<void>;
}

/** What the index of a fleet is kept with. */
export interface FleetIndexOptions {
  readonly tenant: string;
  /** Tells one account of the SIM API from another, and nothing of either. */
  readonly account: string;
  /** From the beginning of one full sync to that of the next; 0: this gateway keeps no index. */
  readonly syncIntervalMs: number;
  /** Calls of the SIM API a second, at most. */
  readonly callsPerSecond: number;
  /** How long another gateway waits before it takes over from one that is gone. */
  readonly leaseMs: number;
}

/** Calls for the fleet under way at a time. */
const concurrency = 4;
/** So many calls may go out at once after a rest: a small fleet is read in no time. */
const burst = 20;
/** So long a gateway that knows nothing of the fleet waits before it answers. */
const firstSyncMs = 2000;
const pollMs = 50;

/** What keeps the index of one tenant; opens nothing before it is started. */
export function createFleetIndex(
  { tenant, account, syncIntervalMs, callsPerSecond, leaseMs }: FleetIndexOptions,
  store: Store,
  client: SimApiClient,
  log: Log,
): FleetIndex {
  if (syncIntervalMs === 0)
    return {
      index: null,
      client,
      writeBuffer: noWriteBuffer,
      start: async () => undefined,
      stop: async () => undefined,
    };

  const index = createFleetStore(store, account);
  const sync = createSyncStore(store, tenant, systemClock);
  const upserts = createUpsertStore(store, tenant, account, systemClock, log);
  const writeBuffer = createIndexWriteBuffer(upserts, sync, log);
  const refusal = () => new Unreachable('fleet', 'aborted', true, 'nobody wants it any more');
  // There is one reader of the fleet.
  const limiter = createRateLimiter(createOwnSlots(burst), { callsPerSecond, concurrency }, refusal);

  async function lead(signal: AbortSignal): Promise<void> {
    // Every call that waits for its slot listens to it.
    setMaxListeners(0, signal);
    const trace: CallTrace = { requestId: 'fleet', upstreamCalls: 0, unreadableItems: 0 };
    const simApi = client.forTrace(trace, {
      signal,
      canWait: true,
      schedule: (call) => limiter.schedule(tenant, signal, call),
    });
    await runSync({ simApi, sync, upserts, clock: systemClock, log, account, syncIntervalMs }, signal);
  }

  /** Waits until the index is complete, but not for long, and not for a database that does not answer. */
  async function firstSync(): Promise<void> {
    const untilMs = performance.now() + firstSyncMs;
    while (performance.now() < untilMs) {
      const state = await index.state(tenant).catch(() => 'unknown' as const);
      if (state === 'unknown' || state?.isComplete) return;
      await pause(pollMs);
    }
  }

  let leadership: Leadership | undefined;
  return {
    index,
    writeBuffer,
    client: {
      ...client,
      forTrace: (trace, terms) => client.forTrace(trace, { ...terms, onSimsRead: writeBuffer.simsRead }),
    },
    async start() {
      leadership = startLeadership(store, { name: `fleet ${tenant}`, leaseMs }, lead, log);
      await firstSync();
    },
    async stop() {
      await leadership?.stop();
    },
  };
}
