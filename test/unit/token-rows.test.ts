import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogin } from '../../src/sim-api/login.ts';
import { createTokenSource } from '../../src/sim-api/token.ts';
import { createTokenSeal } from '../../src/sim-api/token-seal.ts';
import { createTokenSharing, type TokenRows } from '../../src/sim-api/token-sharing.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTokenRows } from '../../src/store/token-rows.ts';
import { silentLog } from '../support/silent-log.ts';
import { createStore, type TestStore } from '../support/store.ts';

/** Longer than any test. */
const endless = 600_000;
const [first, second] = [Buffer.from('first'), Buffer.from('second')];

let database: TestStore;
let store: Store;
let rows: TokenRows;

beforeAll(async () => {
  database = await createStore();
  store = await openStore(
    { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 2 },
    silentLog,
  );
});
beforeEach(() => {
  rows = createTokenRows(store, randomUUID());
});
afterAll(async () => {
  await store.stop();
  await database.remove();
});

/** Reserves the next login; with a lease of 0 ms the reservation expires at once. */
async function claim(seen: Buffer | null, leaseMs: number) {
  const id = randomUUID();
  return (await rows.claim(id, seen, leaseMs)) ? id : null;
}

/** Reserves the next login. Throws if another gateway has reserved it. */
async function claimFree(seen: Buffer | null, leaseMs: number): Promise<string> {
  const id = await claim(seen, leaseMs);
  if (id === null) throw new Error('another gateway has reserved the login');
  return id;
}

describe('the row of a shared token', () => {
  test('keeps its reservation when a login fails whose own reservation has expired', async () => {
    const late = await claimFree(null, 0);
    const own = await claimFree(null, endless);
    await rows.release(late);
    expect(await claim(null, endless)).toBeNull();
    await rows.release(own);
    expect(await claim(null, endless)).not.toBeNull();
  });

  test('keeps its token when an earlier login ends whose reservation has expired', async () => {
    const late = await claimFree(null, 0);
    const own = await claimFree(null, endless);
    await rows.write(second, endless, own, null);
    await rows.write(first, endless, late, null);
    expect((await rows.read())?.sealed).toEqual(second);
  });

  test('accepts the token of a gateway without a reservation, and keeps the reservation of the other one', async () => {
    const own = await claimFree(null, endless);
    await rows.write(first, endless, randomUUID(), null);
    expect((await rows.read())?.sealed).toEqual(first);
    expect(await claim(first, endless)).toBeNull();
    await rows.write(second, endless, own, null);
    expect((await rows.read())?.sealed).toEqual(second);
    expect(await claim(second, endless)).not.toBeNull();
  });
});

describe('gateways that share a token', () => {
  const times = { rowTimeoutMs: endless, leaseMs: endless };

  /** Gateways of one account whose wall clocks differ, and the number of logins of all of them. */
  function gateways(count: number) {
    let logins = 0;
    const options = { username: 'user', password: 'secret' };
    const sources = Array.from({ length: count }, (_, place) => {
      const clock = { now: () => new Date(place * 600_000), monotonicMs: () => performance.now() };
      const logIn = createLogin(
        async () => {
          logins++;
          const body = JSON.stringify({ access_token: `token-${logins}`, expires_in: 36_000 });
          return { status: 200, headers: {}, body };
        },
        options,
        clock,
      );
      const sharing = createTokenSharing(rows, createTokenSeal(options.password, 'account'), clock, times);
      return createTokenSource(logIn, sharing, clock);
    });
    const renewAll = (refused?: string) =>
      Promise.all(sources.flatMap((source) => Array.from({ length: 5 }, () => source.renew(refused))));
    return { sources, renewAll, logins: () => logins };
  }

  test('log in once for each token, for any number of concurrent requests', async () => {
    const { sources, renewAll, logins } = gateways(3);
    let refused: string | undefined;
    for (let round = 1; round <= 3; round++) {
      expect(new Set(await renewAll(refused))).toEqual(new Set([`token-${round}`]));
      expect(logins()).toBe(round);
      refused = `token-${round}`;
      for (const source of sources) source.accepted(refused);
    }
  });

  test('give a token to another gateway without a login', async () => {
    const { sources, logins } = gateways(2);
    expect(await sources[0]?.renew()).toBe('token-1');
    // The first gateway returns its token before it has stored it; the second waits until it is stored.
    expect(await sources[1]?.renew()).toBe('token-1');
    expect(logins()).toBe(1);
  });
});
