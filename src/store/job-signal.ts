import { CompiledQuery, sql } from 'kysely';
import PgBoss from 'pg-boss';
import { rest } from '../base/backoff.ts';
import type { Log } from '../base/log.ts';
import { wakeUpQueue } from './migrations/2026-11-23-bulk-operations.ts';
import type { Store } from './store.ts';

/** Wake-up calls for all gateways over one store: each reaches one of them, at its time. They say nothing; the tables do. */
export interface JobSignal {
  /** Asks for a call now, or then. One that gets lost is made up for by whoever looks around anyway. Errors: StoreUnavailable. */
  call(at?: Date): Promise<void>;
  /** Takes calls, one after the other, until it is stopped: none before `isReady` resolves, so that others can have it. */
  listen(isReady: () => Promise<void>, onCall: () => void): { stop(): Promise<void> };
}

const pollIntervalMs = 500;
const firstTryMs = 1000;

/** Wake-up calls over the job queue in a store. */
export function createJobSignal(store: Store, log: Log): JobSignal {
  let boss: Promise<PgBoss> | null = null;

  /** The queue lies in our own schema, whose name is known once the store answers. */
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
      // The tables are made with all others; calls are taken out of them, and nothing runs by the calendar.
      migrate: false,
      schedule: false,
      supervise: false,
    });
    queue.on('error', (error) =>
      log.debug({ detail: error.message }, 'wake-up calls: the queue does not answer'),
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
    async call(at) {
      const queue = await opened();
      // Of the same second one call is enough.
      const second = at === undefined ? null : Math.ceil(at.getTime() / 1000);
      await queue.send(
        wakeUpQueue,
        {},
        second === null
          ? { singletonKey: 'now' }
          : { singletonKey: String(second), startAfter: new Date(second * 1000) },
      );
    },

    listen(isReady, onCall) {
      const stopping = new AbortController();
      const { signal } = stopping;

      async function listen(): Promise<void> {
        while (!signal.aborted) {
          try {
            await isReady();
            if (signal.aborted) break;
            const queue = await opened();
            const [job] = await queue.fetch(wakeUpQueue);
            if (job === undefined) {
              await rest(pollIntervalMs, signal);
              continue;
            }
            await queue.deleteJob(wakeUpQueue, job.id);
            onCall();
          } catch (error) {
            log.debug({ detail: String(error) }, 'wake-up calls: none can be taken');
            await rest(firstTryMs, signal);
          }
        }
        const queue = await boss?.catch(() => null);
        await queue?.stop({ graceful: false });
      }

      const ended = listen();
      return {
        async stop() {
          stopping.abort();
          await ended;
        },
      };
    },
  };
}
