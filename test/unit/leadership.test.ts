import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Log } from '../../src/base/log.ts';
import { startLeadership } from '../../src/store/leadership.ts';
import { openSession } from '../../src/store/session.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/store-unavailable.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import { startStoppablePostgres } from '../support/stoppable-postgres.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

const leftovers: (() => unknown)[] = [];
let store: TestStore;
/** Who is at work right now. */
let atWork: string[];
let mostAtWork: number;
/** Who began to work, one after the other. */
let history: string[];

beforeEach(async () => {
  [atWork, mostAtWork, history] = [[], 0, []];
  store = await createStore();
  leftovers.push(() => store.remove());
});
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

const aborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort');
};

interface Options {
  readonly url?: string;
  readonly leaseMs?: number;
  /** What is done for as long as it leads. */
  readonly work?: (signal: AbortSignal) => Promise<void>;
}

/** One of the gateways that take part. */
async function join(who: string, { url = store.url, leaseMs = 900, work = aborted }: Options = {}) {
  const logged: { level: string; message: string; [field: string]: unknown }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, message, ...fields });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const opened = await openStore({ dataDir: '', url, migrationUrl: null, mostConnections: 1 }, log);
  leftovers.push(() => opened.stop());

  async function lead(signal: AbortSignal): Promise<void> {
    history.push(who);
    atWork.push(who);
    mostAtWork = Math.max(mostAtWork, atWork.length);
    try {
      await work(signal);
    } finally {
      atWork = atWork.filter((other) => other !== who);
    }
  }
  let hasAsked = false;
  const listened: Store = {
    ...opened,
    async session(...options) {
      const session = await opened.session(...options);
      const tryLock = (name: string) => session.tryLock(name).finally(() => (hasAsked = true));
      return { ...session, tryLock };
    },
  };
  const { stop } = startLeadership(listened, { name: 'work', leaseMs }, lead, log);
  leftovers.push(stop);
  const told = (level: string) => logged.filter((line) => line.level === level);
  const asks = () => waitFor(() => hasAsked);
  return { stop, asks, told, messages: () => told('info').map(({ message }) => message) };
}

const leads = (who: string) => waitFor(() => atWork.includes(who));

/** The server's side of the session that leads. */
const leader = async () => {
  const [row] = await store.query<{ pid: number; at: string }>(
    `select pid, state_change::text as at from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and (classid::bigint << 32) | objid::bigint
       = hashtextextended('sim-gateway work in ' || current_schema(), 0)`,
  );
  return row;
};

describe('of all gateways that share a store', () => {
  test('one leads; when it stops another one takes over long before the lease is over', async () => {
    const leaseMs = 9000;
    const first = await join('first', { leaseMs });
    await leads('first');
    const second = await join('second', { leaseMs });
    await second.asks();
    await first.stop();
    expect(atWork).toEqual([]);
    await leads('second');
    expect(mostAtWork).toBe(1);
    await second.stop();
    expect(history).toEqual(['first', 'second']);
    for (const { messages, told } of [first, second]) {
      expect(messages().slice(-2)).toEqual(['leadership: won', 'leadership: lost']);
      expect(told('error')).toEqual([]);
    }
  }, 8000);

  test('none leads with those of another schema', async () => {
    const other = await createStore();
    leftovers.push(() => other.remove());
    await join('here');
    await join('there', { url: other.url });
    await waitFor(() => atWork.length === 2);
  });

  test('none begins before the work of the one that stops has ended, though that takes longer than a lease', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await join('first', { work: () => released });
    await leads('first');
    await join('second');
    const stopped = first.stop();
    const renewals = new Set<string | undefined>();
    await waitFor(async () => renewals.add((await leader())?.at).size > 6);
    expect(atWork).toEqual(['first']);
    release();
    await stopped;
    await leads('second');
    expect(mostAtWork).toBe(1);
  });

  test('the one whose session the server ended stops its work at once, and one leads again', async () => {
    // Long before it would have said again that it lives.
    const first = await join('first', { leaseMs: 60_000 });
    await leads('first');
    const both = [first, await join('second')];
    await store.query('select pg_terminate_backend($1)', [(await leader())?.pid]);
    await waitFor(() => history.length === 2 && atWork.length === 1);
    expect(mostAtWork).toBe(1);
    expect(both.flatMap(({ messages }) => messages()).filter((told) => /lost/.test(told))).toHaveLength(1);
    expect(both.flatMap(({ told }) => told('error'))).toEqual([]);
  });

  test('the one that is cut off without a word stops its work before another one begins', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    await join('first', { url: relay.by(store.url) });
    await leads('first');
    await join('second');
    relay.silence();
    await leads('second');
    expect(mostAtWork).toBe(1);
  });

  test('one that froze is led past; it learns of it when it wakes up, and may lead again', async () => {
    const child = spawn(process.execPath, ['test/support/leader.mjs', store.url, 'work', '900'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    leftovers.push(() => child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    const said: string[] = [];
    createInterface(child.stdout).on('line', (line) => said.push(line));
    await waitFor(() => said.length === 1);
    const second = await join('second');
    child.kill('SIGSTOP');
    await leads('second');
    expect(said).toEqual(['leads']);
    child.kill('SIGCONT');
    await waitFor(() => said.length === 2);
    expect(said).toEqual(['leads', 'ends']);
    expect(history).toEqual(['second']);
    await second.stop();
    await waitFor(() => said.length === 3);
    // Nothing that is left open keeps it from leaving.
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
    expect(said).toEqual(['leads', 'ends', 'leads', 'ends']);
  });

  test('none leads while the database is away, and one does when it is back', async () => {
    const postgres = await startStoppablePostgres();
    leftovers.push(() => postgres.remove());
    const { url } = postgres;
    const both = [await join('first', { url }), await join('second', { url })];
    await waitFor(() => atWork.length === 1);
    await postgres.stop();
    await waitFor(() => atWork.length === 0);
    await postgres.start();
    await waitFor(() => atWork.length === 1);
    expect(mostAtWork).toBe(1);
    expect(both.flatMap(({ told }) => told('error'))).toEqual([]);
  }, 60_000);
});

describe('a gateway that leads', () => {
  test('is told of a work that fails, and begins it again without leaving it to others', async () => {
    let fails = true;
    const first = await join('first', {
      async work(signal) {
        if (fails) throw new Error('a fault of the work');
        await aborted(signal);
      },
    });
    await waitFor(() => history.length === 1);
    await join('second');
    fails = false;
    await leads('first');
    expect(history).toEqual(['first', 'first']);
    expect(first.messages().filter((told) => /leadership/.test(told))).toEqual(['leadership: won']);
    expect(first.told('error')).toMatchObject([{ stack: expect.stringContaining('a fault of the work') }]);
  });

  test('stops, and so does one that follows, while the database is silent', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    const there = { url: relay.by(store.url), leaseMs: 60_000 };
    const first = await join('first', there);
    await leads('first');
    const second = await join('second', there);
    await second.asks();
    relay.silence();
    await Promise.all([first.stop(), second.stop()]);
    expect(history).toEqual(['first']);
    expect(atWork).toEqual([]);
  }, 10_000);
});

describe('a session', () => {
  test('can be closed while the server does not answer: the question fails', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    const session = await openSession(relay.by(store.url), 60_000, new AbortController().signal);
    relay.silence();
    const asked = expect(session.tryLock('work')).rejects.toThrow(StoreUnavailable);
    await session.close();
    await asked;
    expect(session.ended.aborted).toBe(true);
  }, 10_000);
});
