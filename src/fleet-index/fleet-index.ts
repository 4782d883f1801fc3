import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Cancellation } from '../base/cancellation.ts';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type CallTrace, type SimApiClient, Unreachable } from '../sim-api/index.ts';
import {
  createLocalSlots,
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

/** The fleet index and its background sync. */
export interface FleetIndex {
  /** Null if this gateway keeps no index. */
  readonly index: FleetStore | null;
  /** The client for everything but the sync. The SIMs that it reads go into the write buffer. */
  readonly client: SimApiClient;
  readonly writeBuffer: IndexWriteBuffer;
  /**
   * Starts the sync, which runs while this gateway is the leader. Resolves when the index is complete, at once if the database does not
   * answer, and after 2 s at the latest.
   */
  start(): Promise<void>;
  /** Stops the sync, so that another gateway can lead at once. The write buffer stays in use: see `writeBuffer.flush`. */
  stop(): Promise<void>;
}

export interface FleetIndexOptions {
  readonly tenant: string;
  /** Distinguishes accounts of the SIM API; reveals nothing about them. */
  readonly account: string;
  /** From the start of one full sync to the start of the next; 0: this gateway keeps no index. */
  readonly syncIntervalMs: number;
  /** Maximum SIM API calls per second. */
  readonly callsPerSecond: number;
  /** If the leader is silent for this time, another gateway takes over. */
  readonly leaseMs: number;
}

/** Maximum concurrent SIM API calls of the sync. */
const concurrency = 4;
/** Calls that may go out at once after an idle period, so that a small fleet is read quickly. */
const burst = 20;
/** Maximum time that a gateway with an incomplete index waits before it serves requests. */
const firstSyncMs = 2000;
const pollMs = 50;

/** Creates the fleet index of one tenant. Opens nothing before `start`. */
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
  const writeBuffer = createIndexWriteBuffer(upserts, sync, systemClock, log);
  const refusal = () => new Unreachable('fleet', 'aborted', true, 'the sync was stopped');
  // Only the leader syncs the fleet, so the limit needs no shared slots.
  const limiter = createRateLimiter(createLocalSlots(burst), { callsPerSecond, concurrency }, refusal);

  async function lead(signal: AbortSignal): Promise<void> {
    // Each call that waits for a slot adds a listener.
    setMaxListeners(0, signal);
    const trace: CallTrace = { requestId: 'fleet', upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 };
    const simApi = client.forTrace(trace, {
      cancellation: Cancellation.of(signal),
      canWait: true,
      schedule: (call) => limiter.schedule(tenant, signal, call),
    });
    await runSync({ simApi, sync, upserts, clock: systemClock, log, account, syncIntervalMs }, signal);
  }

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
