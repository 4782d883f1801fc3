import pg from 'pg';
import { within } from '../base/within.ts';
import { connectTimeoutMs } from './connect.ts';
import { toStoreError } from './store-unavailable.ts';

/** One connection to the database, and the state that the server holds for it. It never reconnects. */
export interface Session {
  /** Aborts when either side has ended the session, and some time before the server ends it for inactivity. */
  readonly ended: AbortSignal;
  /** Takes the advisory lock of this name in the current schema; false if another session has it. Errors: StoreUnavailable. */
  tryLock(name: string): Promise<boolean>;
  /** Keeps the session alive. Queries of a session must not overlap. Errors: StoreUnavailable. */
  renew(): Promise<void>;
  /** Ends the session and releases its locks. Does not wait for a silent server. Never fails. */
  close(): Promise<void>;
}

/** Part of a lease during which this gateway relies on it. The rest is time for the task to stop. */
const trusted = 5 / 6;
const closeTimeoutMs = 1000;

/** Opens a session that the server ends when it receives nothing for `leaseMs`. Stops when `signal` aborts. Errors: StoreUnavailable. */
export async function openSession(url: string, leaseMs: number, signal: AbortSignal): Promise<Session> {
  const trustedMs = leaseMs * trusted;
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: trustedMs,
    keepAlive: true,
    application_name: 'sim-gateway',
  });
  const over = new AbortController();
  const end = () => over.abort();
  const destroy = () => client.connection.stream.destroy();
  client.on('error', end).on('end', end);
  let lastMoment: NodeJS.Timeout | undefined;

  async function ask<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    // The server measures inactivity from its answer, which is later than this.
    const askedAtMs = performance.now();
    try {
      const { rows } = await client.query<Row>(text, values);
      const leftMs = askedAtMs + trustedMs - performance.now();
      if (leftMs <= 0) throw new Error('timeout exceeded: the answer took as long as a lease');
      clearTimeout(lastMoment);
      lastMoment = setTimeout(end, leftMs).unref();
      return rows;
    } catch (error) {
      end();
      throw toStoreError(error);
    }
  }

  signal.addEventListener('abort', destroy);
  try {
    signal.throwIfAborted();
    await client.connect();
    await ask(`select set_config('idle_session_timeout', $1, false)`, [String(Math.ceil(leaseMs))]);
  } catch (error) {
    destroy();
    throw toStoreError(error);
  } finally {
    signal.removeEventListener('abort', destroy);
  }
  return {
    ended: over.signal,
    async tryLock(name) {
      const [row] = await ask<{ isOurs: boolean | null }>(
        `select pg_try_advisory_lock(
           hashtextextended('sim-gateway ' || $1::text || ' in ' || current_schema(), 0)) as "isOurs"`,
        [name],
      );
      return row?.isOurs === true;
    },
    async renew() {
      await ask('select');
    },
    async close() {
      clearTimeout(lastMoment);
      await within(
        closeTimeoutMs,
        client.end().catch(() => undefined),
        undefined,
      );
      destroy();
      end();
    },
  };
}
