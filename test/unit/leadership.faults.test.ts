import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Log } from '../../src/base/log.ts';
import { startLeadership } from '../../src/store/leadership.ts';
import { openSession } from '../../src/store/session.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/store-unavailable.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { createTables } from '../support/written-entries.ts';

const leftovers: (() => unknown)[] = [];
let store: TestStore;
/** Gateways whose work is running now. */
let atWork: string[];
let maxLeading: number;
/** Gateways whose work was started, in order. */
let history: string[];
/** Name of the work for which the gateways of one test elect a leader. */
let name: string;
let works = 0;

/** Longer than any test: such a lease never expires. */
const endless = 600_000;
/** Lease of a gateway that takes over or is taken over from. It renews or asks three times per lease. */
const leaseMs = 6000;
/** Lease of a gateway that never leads and asks often. */
const eagerMs = 900;

beforeAll(async () => {
  store = await createTables();
});
beforeEach(() => {
  [atWork, maxLeading, history] = [[], 0, []];
  works += 1;
  name = `work ${works}`;
});
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});
afterAll(() => store.remove());

const aborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort');
};

interface Options {
  readonly url?: string;
  readonly leaseMs?: number;
  /** Runs while the gateway leads. */
  readonly work?: (signal: AbortSignal) => Promise<void>;
}

/** Starts a gateway that takes part in the election. */
async function join(who: string, { url = store.url, leaseMs: ms = leaseMs, work = aborted }: Options = {}) {
  const logged: { level: string; message: string; [field: string]: unknown }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, message, ...fields });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const opened = await openStore({ dataDir: '', url, migrationUrl: null, maxConnections: 1 }, log);
  leftovers.push(() => opened.stop());

  async function lead(signal: AbortSignal): Promise<void> {
    history.push(who);
    atWork.push(who);
    maxLeading = Math.max(maxLeading, atWork.length);
    try {
      await work(signal);
    } finally {
      atWork = atWork.filter((other) => other !== who);
    }
  }
  let asked = 0;
  const listened: Store = {
    ...opened,
    async session(...options) {
      const session = await opened.session(...options);
      const tryLock = (of: string) => session.tryLock(of).finally(() => (asked += 1));
      return { ...session, tryLock };
    },
  };
  const { stop } = startLeadership(listened, { name, leaseMs: ms }, lead, log);
  leftovers.push(stop);
  const lines = (level: string) => logged.filter((line) => line.level === level);
  /** Waits until the gateway has asked for the lock once more. */
  const asks = async () => {
    const before = asked;
    await waitFor(() => asked > before);
  };
  return {
    stop,
    asks,
    hasAsked: () => asked > 0,
    lines,
    messages: () => lines('info').map(({ message }) => message),
  };
}

const leads = (who: string) => waitFor(() => atWork.includes(who));

/** Starts a gateway in a separate process, and collects the lines that it prints. */
function spawnLeader(url: string) {
  const args = ['test/support/leader.mjs', url, name, String(leaseMs)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  leftovers.push(() => child.kill('SIGKILL'));
  const printed: string[] = [];
  createInterface(child.stdout).on('line', (line) => printed.push(line));
  return { child, printed, exit: once(child, 'exit') };
}

/** The leader's session as the database server lists it. */
const leader = async () => {
  const [row] = await store.query<{ pid: number; at: string }>(
    `select pid, state_change::text as at from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and datname = current_database()
       and (classid::bigint << 32) | objid::bigint
         = hashtextextended('sim-gateway ' || $1 || ' in ' || current_schema(), 0)`,
    [name],
  );
  return row;
};
/** Ends the leader's session, as the server does when the lease expires. */
const endSession = async () => store.query('select pg_terminate_backend($1)', [(await leader())?.pid]);

describe('gateways that share a store', () => {
  test('have one leader; when it stops, another one takes over long before the lease expires', async () => {
    const first = await join('first', { leaseMs: endless });
    await leads('first');
    const second = await join('second');
    await second.asks();
    await first.stop();
    expect(atWork).toEqual([]);
    await leads('second');
    expect(maxLeading).toBe(1);
    await second.stop();
    expect(history).toEqual(['first', 'second']);
    for (const { messages, lines } of [first, second]) {
      expect(messages().slice(-2)).toEqual(['leadership: won', 'leadership: lost']);
      expect(lines('error')).toEqual([]);
    }
  });

  test('have a leader for each schema', async () => {
    await store.query('create schema if not exists other');
    const other = new URL(store.url);
    other.searchParams.set('options', '-c search_path=other');
    await join('here');
    await join('there', { url: other.href.replaceAll('+', '%20') });
    await waitFor(() => atWork.length === 2);
  });

  test('wait until the work of a stopping leader has ended: the leader keeps its lock and renews it', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await join('first', { work: () => released });
    await leads('first');
    const second = await join('second', { leaseMs: eagerMs });
    const stopped = first.stop();
    const renewals = new Set<string | undefined>();
    await waitFor(async () => renewals.add((await leader())?.at).size > 2);
    await second.asks();
    expect(history).toEqual(['first']);
    release();
    await stopped;
    await leads('second');
    expect(maxLeading).toBe(1);
  });

  test('stop the work of a leader whose session the server ended, and elect one again', async () => {
    const first = await join('first', { leaseMs: endless });
    await leads('first');
    const both = [first, await join('second')];
    await endSession();
    await waitFor(() => history.length === 2 && atWork.length === 1);
    expect(maxLeading).toBe(1);
    expect(first.messages().filter((message) => /lost/.test(message))).toHaveLength(1);
    expect(both.flatMap(({ lines }) => lines('error'))).toEqual([]);
  });

  test('stop the work of a leader whose connection goes silent before another one starts', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    await join('first', { url: relay.by(store.url), leaseMs: eagerMs });
    await leads('first');
    await join('second');
    relay.stall();
    await leads('second');
    expect(maxLeading).toBe(1);
  });

  test('replace a frozen leader, which stops its work when it resumes and may lead again', async () => {
    const { child, printed, exit } = spawnLeader(store.url);
    await waitFor(() => printed.length === 1);
    const second = await join('second');
    child.kill('SIGSTOP');
    await endSession();
    await leads('second');
    expect(printed).toEqual(['leads']);
    child.kill('SIGCONT');
    await waitFor(() => printed.length === 2);
    expect(printed).toEqual(['leads', 'ends']);
    expect(history).toEqual(['second']);
    await second.stop();
    await waitFor(() => printed.length === 3);
    // No open handle keeps the process from exiting.
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
    expect(printed).toEqual(['leads', 'ends', 'leads', 'ends']);
  });

  test('have no leader while the database is unreachable, and one when it is back', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    const both = [spawnLeader(relay.by(store.url)), spawnLeader(relay.by(store.url))];
    const printed = () => both.flatMap((one) => one.printed);
    await waitFor(() => printed().length === 1);
    relay.cut();
    await waitFor(() => printed().length === 2);
    relay.restore();
    await waitFor(() => printed().length === 3);
    expect(printed().sort()).toEqual(['ends', 'leads', 'leads']);
  });
});

describe('a leader', () => {
  test('logs the failure of its work, and starts the work again without giving up the lead', async () => {
    let second: { asks(): Promise<void> } | undefined;
    const first = await join('first', {
      leaseMs: endless,
      async work(signal) {
        if (history.length > 1) return aborted(signal);
        // Fails while another gateway asks for the lock.
        second = await join('second', { leaseMs: eagerMs });
        await second.asks();
        throw new Error('a fault of the work');
      },
    });
    await waitFor(() => history.length === 2);
    await second?.asks();
    expect(history).toEqual(['first', 'first']);
    expect(first.messages().filter((message) => /leadership/.test(message))).toEqual(['leadership: won']);
    expect(first.lines('error')).toMatchObject([{ stack: expect.stringContaining('a fault of the work') }]);
  });

  test('can stop while the database does not answer, and so can a follower', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    const there = { url: relay.by(store.url), leaseMs: endless };
    const first = await join('first', there);
    await leads('first');
    const second = await join('second', there);
    await waitFor(second.hasAsked);
    relay.stall();
    await Promise.all([first.stop(), second.stop()]);
    expect(history).toEqual(['first']);
    expect(atWork).toEqual([]);
  });
});

describe('a session', () => {
  test('can be closed while the server does not answer: the pending query fails', async () => {
    const relay = await startDatabaseRelay(store.url);
    leftovers.push(() => relay.stop());
    const session = await openSession(relay.by(store.url), endless, new AbortController().signal);
    relay.stall();
    const asked = expect(session.tryLock('work')).rejects.toThrow(StoreUnavailable);
    await session.close();
    await asked;
    expect(session.ended.aborted).toBe(true);
  });
});
