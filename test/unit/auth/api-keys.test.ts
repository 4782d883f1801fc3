import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HashedRow } from '../../../src/auth/api-key.store.ts';
import { createApiKey } from '../../../src/auth/api-key-format.ts';
import { type ApiKeyTimes, apiKeyTimes, createApiKeyVerifier } from '../../../src/auth/api-keys.ts';
import type { Verifier } from '../../../src/auth/authenticator.ts';
import { StoreUnavailable } from '../../../src/store/store-unavailable.ts';
import { silentLog } from '../../support/silent-log.ts';
import { waitFor } from '../../support/wait-for.ts';

const startedAt = Date.parse('2026-12-01T00:00:00Z');
let elapsedMs: number;
/** The rows of the database. */
let rows: Map<string, HashedRow>;
/** The ids of each query that was sent. */
let queries: (readonly string[])[];
let usedIds: string[];
/** Called before a query is answered. */
let beforeAnswer: () => Promise<void>;
let verifier: Verifier;

const clock = { now: () => new Date(startedAt + elapsedMs), monotonicMs: () => 5000 + elapsedMs };
const store = {
  async find(ids: readonly string[]) {
    queries.push(ids);
    await beforeAnswer();
    return ids.flatMap((id) => rows.get(id) ?? []);
  },
  async markUsed(id: string) {
    usedIds.push(id);
  },
};

function startVerifier(times: Partial<ApiKeyTimes> = {}) {
  verifier = createApiKeyVerifier(store, clock, silentLog, { ...apiKeyTimes, ...times });
}

beforeEach(() => {
  elapsedMs = 0;
  rows = new Map();
  queries = [];
  usedIds = [];
  beforeAnswer = async () => undefined;
  startVerifier();
});

function issue(facts: Partial<HashedRow> = {}) {
  const { id, key, hash } = createApiKey();
  rows.set(id, {
    ...{ id, hash, name: 'backend', scopes: ['READ'], groups: null, createdAt: new Date(startedAt) },
    ...{ expiresAt: null, lastUsedAt: null, revokedAt: null, previousHash: null, previousUntil: null },
    ...facts,
  });
  const change = (changed: Partial<HashedRow>) =>
    rows.set(id, { ...(rows.get(id) as HashedRow), ...changed });
  return { id, key, hash, change };
}

/** Resolves when all queries so far are answered and processed. */
const allAnswered = () => new Promise((resolve) => setImmediate(resolve));

/** Makes the database unavailable, or available again. */
function breakDatabase(): () => void {
  beforeAnswer = async () => {
    throw new StoreUnavailable('connection refused');
  };
  return () => {
    beforeAnswer = async () => undefined;
  };
}

/** Makes the database accept queries and answer none until the returned function is called. */
function stallDatabase(): () => void {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  beforeAnswer = () => answered;
  return answer;
}

const unavailable = { code: 'STORE_UNAVAILABLE', details: { retryAfterSeconds: 5 } };

describe('a valid key', () => {
  test('gives the caller that its row describes', async () => {
    const { key } = issue({ groups: ['Meters'], expiresAt: new Date(startedAt + 1) });
    expect(await verifier.verify(key)).toEqual({
      actor: 'key:backend',
      method: 'API_KEY',
      scopes: new Set(['READ']),
      hasAllScopes: false,
      groups: ['Meters'],
      expiresAt: new Date(startedAt + 1),
    });
  });

  test('is verified without a promise and without a query for a second, and its caller stays the same object', async () => {
    const { key, id } = issue();
    const caller = await verifier.verify(key);
    elapsedMs = 999;
    for (let times = 0; times < 100; times++) expect(verifier.verify(key)).toBe(caller);
    expect(queries).toEqual([[id]]);
    elapsedMs = 2000;
    expect(verifier.verify(key)).toBe(caller);
    await allAnswered();
    elapsedMs = 9000;
    expect(await verifier.verify(key)).toBe(caller);
    expect(queries).toEqual([[id], [id], [id]]);
  });

  test('has no scope that this version does not know', async () => {
    const { key } = issue({ scopes: ['READ', 'TELEPORT'] });
    expect(await verifier.verify(key)).toMatchObject({ scopes: new Set(['READ']) });
  });

  test('is read again in the background, by one query, once its row is a second old', async () => {
    const { key } = issue();
    await verifier.verify(key);
    elapsedMs = 1000;
    const answer = stallDatabase();
    for (let times = 0; times < 100; times++)
      expect(verifier.verify(key)).toMatchObject({ method: 'API_KEY' });
    await allAnswered();
    expect(queries).toHaveLength(2);
    answer();
  });

  test('waits for the database once its row is 3 seconds old', async () => {
    const { key } = issue();
    await verifier.verify(key);
    elapsedMs = 3000;
    expect(verifier.verify(key)).toBeInstanceOf(Promise);
  });

  test('has its last use written once a minute', async () => {
    const { key, id } = issue();
    await verifier.verify(key);
    for (elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 5000) await verifier.verify(key);
    expect(usedIds).toEqual([id]);
    await verifier.verify(key);
    expect(usedIds).toEqual([id, id]);
  });
});

describe('a key that is not valid', () => {
  test('is refused without a query if its checksum is wrong', () => {
    const { key } = issue();
    const last = key.endsWith('0') ? '1' : '0';
    expect(verifier.handles(key)).toBe(true);
    expect(verifier.verify(key.slice(0, -1) + last)).toBeNull();
    expect(queries).toEqual([]);
  });

  test('is refused if its id is unknown, or its secret is another one, also while its row is in memory', async () => {
    const { id, key } = issue();
    expect(await verifier.verify(createApiKey().key)).toBeNull();
    expect(await verifier.verify(createApiKey(id).key)).toBeNull();
    expect(await verifier.verify(key)).not.toBeNull();
    expect(await verifier.verify(createApiKey(id).key)).toBeNull();
    expect(usedIds).toEqual([id]);
  });

  test('is refused after it was revoked, at the latest when its row is 3 seconds old', async () => {
    const { key, change } = issue();
    await verifier.verify(key);
    change({ revokedAt: clock.now() });
    elapsedMs = 3000;
    expect(await verifier.verify(key)).toBeNull();
    const asked = queries.length;
    expect(verifier.verify(key)).toBeNull();
    expect(queries).toHaveLength(asked);
  });

  test('is refused after it was revoked as soon as the read in the background has ended', async () => {
    const { key, change } = issue();
    await verifier.verify(key);
    change({ revokedAt: clock.now() });
    elapsedMs = 1000;
    expect(verifier.verify(key)).not.toBeNull();
    await allAnswered();
    expect(verifier.verify(key)).toBeNull();
  });

  test('is refused from the moment of its expiry on, without a query', async () => {
    const { key } = issue({ expiresAt: new Date(startedAt + 500) });
    elapsedMs = 499;
    expect(await verifier.verify(key)).not.toBeNull();
    elapsedMs = 500;
    expect(verifier.verify(key)).toBeNull();
    expect(queries).toHaveLength(1);
  });

  test('is refused if its row was deleted', async () => {
    const { id, key } = issue();
    await verifier.verify(key);
    rows.delete(id);
    elapsedMs = 3000;
    expect(await verifier.verify(key)).toBeNull();
  });
});

describe('a rotated key', () => {
  test('is accepted at once, although the row in memory has the hash of the key before it', async () => {
    const { id, key, change } = issue();
    await verifier.verify(key);
    const next = createApiKey(id);
    change({ hash: next.hash });
    expect(await verifier.verify(next.key)).toMatchObject({ actor: 'key:backend' });
    expect(await verifier.verify(key)).toBeNull();
  });

  test('and the key before it are accepted until the overlap ends', async () => {
    const { id, key, hash, change } = issue();
    const next = createApiKey(id);
    change({ hash: next.hash, previousHash: hash, previousUntil: new Date(startedAt + 100) });
    elapsedMs = 99;
    expect(await verifier.verify(key)).not.toBeNull();
    elapsedMs = 100;
    expect(await verifier.verify(key)).toBeNull();
    expect(verifier.verify(next.key)).not.toBeNull();
  });
});

describe('many keys', () => {
  test('that are not in memory are read by one query after another, each with all that wait', async () => {
    const flood = Array.from({ length: 500 }, () => createApiKey());
    const { key } = issue();
    const answer = stallDatabase();
    const first = verifier.verify(flood[0]?.key ?? '');
    await waitFor(() => queries.length === 1);
    const others = flood.slice(1).map((made) => verifier.verify(made.key));
    const valid = verifier.verify(key);
    await allAnswered();
    expect(queries).toHaveLength(1);
    answer();
    expect(await valid).not.toBeNull();
    expect(await Promise.all([first, ...others])).toEqual(flood.map(() => null));
    expect(queries.map((ids) => ids.length)).toEqual([1, 500]);
  });
});

describe('while the database does not answer', () => {
  test('a key in use is accepted without a wait for 10 minutes after its last read, a new one is not, and neither is refused for good', async () => {
    const { key } = issue();
    const { key: other, id } = issue({ name: 'other' });
    const caller = await verifier.verify(key);
    const repair = breakDatabase();
    elapsedMs = 3000;
    expect(await verifier.verify(key)).toBe(caller);
    for (elapsedMs = 3500; elapsedMs < 599_500; elapsedMs += 2500) {
      expect(verifier.verify(key)).toBe(caller);
      await allAnswered();
    }
    await expect(verifier.verify(other)).rejects.toMatchObject(unavailable);
    // Its key may have been rotated to this one.
    await expect(verifier.verify(createApiKey(id).key)).rejects.toMatchObject(unavailable);
    elapsedMs = 600_000;
    await expect(verifier.verify(key)).rejects.toMatchObject(unavailable);
    repair();
    expect(await verifier.verify(key)).toBe(caller);
    expect(await verifier.verify(other)).toMatchObject({ actor: 'key:other' });
  });

  test('a revoked, expired or malformed key is refused', async () => {
    const { key, change } = issue({ expiresAt: new Date(startedAt + 4000) });
    const { key: revoked } = issue({ revokedAt: new Date(startedAt) });
    await verifier.verify(key);
    await verifier.verify(revoked);
    breakDatabase();
    change({});
    elapsedMs = 3999;
    expect(await verifier.verify(key)).not.toBeNull();
    elapsedMs = 4000;
    expect(await verifier.verify(key)).toBeNull();
    expect(await verifier.verify(revoked)).toBeNull();
    expect(verifier.verify(`${key}0`)).toBeNull();
  });

  test('a revocation takes effect at the first attempt that is answered, after at most 3 seconds without one', async () => {
    const { key, change } = issue();
    await verifier.verify(key);
    const repair = breakDatabase();
    elapsedMs = 10_000;
    await verifier.verify(key);
    change({ revokedAt: clock.now() });
    repair();
    elapsedMs = 10_250;
    expect(await verifier.verify(key)).not.toBeNull();
    await allAnswered();
    expect(verifier.verify(key)).toBeNull();
  });

  test('an outage that has ended while the key was not used does not let a revoked key pass', async () => {
    const { key, change } = issue();
    await verifier.verify(key);
    const repair = breakDatabase();
    elapsedMs = 10_000;
    await verifier.verify(key);
    change({ revokedAt: clock.now() });
    repair();
    elapsedMs = 13_000;
    expect(await verifier.verify(key)).toBeNull();
  });

  test('and accepts queries, a key in use is accepted after the time for an answer, then at once; a new one is not accepted', async () => {
    startVerifier({ answerTimeoutMs: 20 });
    const { key } = issue();
    const { key: other } = issue();
    const caller = await verifier.verify(key);
    const answer = stallDatabase();
    elapsedMs = 3000;
    expect(await verifier.verify(key)).toBe(caller);
    elapsedMs = 9000;
    expect(verifier.verify(key)).toBe(caller);
    await expect(verifier.verify(other)).rejects.toMatchObject(unavailable);
    // However long it lasts, one query is under way.
    expect(queries).toHaveLength(2);
    answer();
    await allAnswered();
    expect(await verifier.verify(other)).not.toBeNull();
  });
});

test('a fault other than that the database does not answer is not taken for an outage', async () => {
  const { key } = issue();
  await verifier.verify(key);
  beforeAnswer = async () => {
    throw new Error('permission denied for table api_key');
  };
  elapsedMs = 3000;
  await expect(verifier.verify(key)).rejects.toThrow('permission denied');
});
