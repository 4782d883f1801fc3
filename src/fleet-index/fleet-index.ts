import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config.ts';
import { type CallTrace, type SimApiClient, Unreachable } from '../sim-api/index.ts';
import { startLeadership } from '../store/leadership.ts';
import type { PaceStore } from '../store/rate-limiter.store.ts';
import { createPace } from '../store/rate-limiter.ts';
import type { Store } from '../store/store.ts';
import { createKeepStore } from './ingest/upsert.store.ts';
import { createFleetNews, type FleetNews, noNews } from './ingest/write-buffer.ts';
import { createFleetStore, type FleetStore } from './query/fleet.store.ts';
import { createSyncStore } from './sync/sync.store.ts';
import { readFleet } from './sync/sync.worker.ts';

/** The index of the fleet, and who keeps it up to date. */
export interface FleetWork {
  /** Null where this gateway keeps none. */
  readonly index: FleetStore | null;
  /** The client through which everything but the fleet is read: what is learned on the way is news for the index. */
  readonly client: SimApiClient;
  readonly news: FleetNews;
  /** Begins to read the fleet, unless another gateway does. Resolves when the index is complete, or after a moment. */
  start(): Promise<void>;
  /** Ends reading; another gateway may go on at once. What is learned after that still goes into the index: see `news.written`. */
  stop(): Promise<void>;
}

/** Calls for the fleet under way at a time. */
const callsAtATime = 4;
/** So many calls may go out at once after a rest: a small fleet is read in no time. */
const burst = 20;
/** So long a gateway that knows nothing of the fleet waits before it answers. */
const firstWalkMs = 2000;
const lookEveryMs = 50;

/** What keeps the index of one tenant; opens nothing before it is started. */
export function createFleetWork(
  config: Config,
  tenant: string,
  store: Store,
  client: SimApiClient,
  log: Log,
): FleetWork {
  const { syncIntervalMs, callsPerSecond } = config.fleet;
  if (syncIntervalMs === 0)
    return { index: null, client, news: noNews, start: async () => undefined, stop: async () => undefined };

  const { account } = config.simApi;
  const index = createFleetStore(store, account);
  const sync = createSyncStore(store, tenant, systemClock);
  const keep = createKeepStore(store, tenant, account, systemClock, log);
  const news = createFleetNews(keep, sync, log);
  const refusal = () => new Unreachable('fleet', 'aborted', true, 'nobody wants it any more');
  const pace = createPace(rowOfOurOwn(), { callsPerSecond, callsAtATime }, refusal);

  async function lead(signal: AbortSignal): Promise<void> {
    // Every call that waits for its turn listens to it.
    setMaxListeners(0, signal);
    const trace: CallTrace = { requestId: 'fleet', upstreamCalls: 0, unreadableItems: 0 };
    const simApi = client.forTrace(trace, {
      signal,
      canWait: true,
      inTurn: (call) => pace.inTurn(tenant, signal, call),
    });
    await readFleet({ simApi, sync, keep, clock: systemClock, log, account, syncIntervalMs }, signal);
  }

  let leadership: { stop(): Promise<void> } | undefined;
  return {
    index,
    news,
    client: { ...client, forTrace: (trace, terms) => client.forTrace(trace, { ...terms, heed: news.read }) },

    async start() {
      leadership = startLeadership(
        store,
        { name: `fleet ${tenant}`, leaseMs: config.store.leaseMs },
        lead,
        log,
      );
      const latest = performance.now() + firstWalkMs;
      while (performance.now() < latest) {
        // A database that does not answer is not waited for.
        const state = await index.state(tenant).catch(() => 'unknown' as const);
        if (state === 'unknown' || state?.isComplete) return;
        await pause(lookEveryMs);
      }
    },

    async stop() {
      await leadership?.stop();
    },
  };
}

/** The places in a row that nobody else stands in: there is one reader of the fleet. */
function rowOfOurOwn(): PaceStore {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return {
    async reserve(_, calls, perSecond) {
      const now = performance.now();
      const atMs = Math.max(nextAtMs, now - (burst * 1000) / perSecond);
      nextAtMs = atMs + (calls * 1000) / perSecond;
      return Math.max(0, atMs - now);
    },
  };
}
