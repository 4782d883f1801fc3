import { CompiledQuery, sql } from 'kysely';
import PgBoss from 'pg-boss';
import { sleep } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { wakeUpQueue } from './migrations/2026-11-23-bulk-operations.ts';
import type { Store } from './store.ts';

/** Job signals between the gateways of one store. Each signal reaches one gateway and carries no data: the tables hold the jobs. */
export interface JobSignal {
  /** Sends a signal, now or at `at`. Polling makes up for a lost signal. Errors: StoreUnavailable. */
  notify(at?: Date): Promise<void>;
  /** Receives signals, one after another, until `stop`. Takes none before `isReady` resolves, so that other gateways can take it. */
  subscribe(isReady: () => Promise<void>, onSignal: () => void): { stop(): Promise<void> };
}

const pollIntervalMs = 500;
const firstTryMs = 1000;

/** Job signals over a pg-boss queue in the store. */
export function createJobSignal(store: Store, log: Log): JobSignal {
  let boss: Promise<PgBoss> | null = null;

  /** The queue is in the gateway's schema, whose name is known once the store answers. */
  async function open(): Promise<PgBoss> {
    const { rows } = await store.run((db) =>
      sql<{ schema: string }>`select current_schema() as schema`.execute(db),
    );
    const queue = new PgBoss({
      db: {
        executeSql: async (text, values) =>
          store.run(async (db) => ({
            rows: (await db.executeQuery(CompiledQuery.raw(text, values ?? []))).rows,
          })),
      },
      schema: rows[0]?.schema ?? 'public',
      // The migrations create the queue's tables; signals are deleted when taken, and there are no scheduled jobs.
      migrate: false,
      schedule: false,
      supervise: false,
    });
    queue.on('error', (error) =>
      log.debug({ detail: error.message }, 'job signal: the queue does not answer'),
    );
    return queue.start();
  }

  async function opened(): Promise<PgBoss> {
    boss ??= open();
    return boss.catch((error: unknown) => {
      boss = null;
      throw error;
    });
  }

  return {
    async notify(at) {
      const queue = await opened();
      // One signal per second is enough: later ones of the same second are dropped.
      const second = at === undefined ? null : Math.ceil(at.getTime() / 1000);
      await queue.send(
        wakeUpQueue,
        {},
        second === null
          ? { singletonKey: 'now' }
          : { singletonKey: String(second), startAfter: new Date(second * 1000) },
      );
    },

    subscribe(isReady, onSignal) {
      const stopping = new AbortController();
      const { signal } = stopping;

      async function subscribe(): Promise<void> {
        while (!signal.aborted) {
          try {
            await isReady();
            if (signal.aborted) break;
            const queue = await opened();
            const [job] = await queue.fetch(wakeUpQueue);
            if (job === undefined) {
              await sleep(pollIntervalMs, signal);
              continue;
            }
            await queue.deleteJob(wakeUpQueue, job.id);
            onSignal();
          } catch (error) {
            log.debug({ detail: String(error) }, 'job signal: cannot receive');
            await sleep(firstTryMs, signal);
          }
        }
        const queue = await boss?.catch(() => null);
        await queue?.stop({ graceful: false });
      }

      const ended = subscribe();
      return {
        async stop() {
          stopping.abort();
          await ended;
        },
      };
    },
  };
}
