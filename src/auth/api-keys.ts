import { timingSafeEqual } from 'node:crypto';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import { GatewayError } from '../errors/index.ts';
import { StoreUnavailable } from '../store/index.ts';
import { type ApiKeyStore, actorOf, type HashedRow } from './api-key.store.ts';
import { apiKeyPrefix, hashOf, idOfApiKey, idPartOf } from './api-key-format.ts';
import type { Verifier } from './authenticator.ts';
import { BatchedRead } from './batched-read.ts';
import { createPrincipal, isScope, type Principal } from './principal.ts';

/** Durations in ms. The sum of `maxUnreadMs` and `answerTimeoutMs` is the time within which a revoked key is dead on every gateway. */
export interface ApiKeyTimes {
  /** A row read this long ago is read again in the background. */
  readonly freshMs: number;
  /** A row read this long ago is read again before it is used. */
  readonly maxUnreadMs: number;
  /** A database that has not answered for this time counts as unavailable. */
  readonly answerTimeoutMs: number;
  /** While the database does not answer, a key stays valid for this time after it was last read. */
  readonly maxOutageMs: number;
  /** Pause between two attempts to read a row in the background while the database does not answer. */
  readonly retryDelayMs: number;
  /** Interval at which the last use of a key is written. */
  readonly useIntervalMs: number;
}

export const apiKeyTimes: ApiKeyTimes = {
  freshMs: 1000,
  maxUnreadMs: 3000,
  answerTimeoutMs: 2000,
  maxOutageMs: 600_000,
  retryDelayMs: 250,
  useIntervalMs: 60_000,
};

/** A row as it was last read. */
interface KnownKey {
  readonly row: HashedRow;
  readonly principal: Principal;
  readAtMs: number;
  usedAtMs: number;
}

/** Maximum number of rows in memory. Only keys that exist take up room. */
const maxKnown = 10_000;
const retryAfterSeconds = 5;
/** Compared with keys of an unknown id, so that they take the same path. */
const noHash = Buffer.alloc(32);

/**
 * Creates the verifier of API keys. A key that was used in the last seconds costs a hash and no read of the database. Errors of
 * `verify`: STORE_UNAVAILABLE if the database does not answer and this gateway has not verified the key in the last 10 minutes.
 */
export function createApiKeyVerifier(
  store: Pick<ApiKeyStore, 'find' | 'markUsed'>,
  clock: Clock,
  log: Log,
  times: ApiKeyTimes = apiKeyTimes,
): Verifier {
  const known = new BoundedMap<string, KnownKey>(maxKnown);
  const reads = new BatchedRead<HashedRow>(store.find, clock);
  const refreshing = new Set<string>();
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let isOutageReported = false;

  const ageMs = ({ readAtMs }: KnownKey) => clock.monotonicMs() - readAtMs;

  /** Reads a row; null if there is none. Errors: StoreUnavailable. */
  async function read(id: string): Promise<KnownKey | null> {
    const { rows, startedAtMs } = await reads.read(id).catch(fail);
    isOutageReported = false;
    const row = rows.get(id);
    if (row === undefined) {
      known.delete(id);
      return null;
    }
    const before = known.get(id);
    // A key whose row is as before stays the same object, with its principal.
    if (before !== undefined && isSame(before.row, row)) {
      before.readAtMs = Math.max(before.readAtMs, startedAtMs);
      return before;
    }
    const usedAtMs = before?.usedAtMs ?? Number.NEGATIVE_INFINITY;
    const key = { row, principal: principalOf(row), readAtMs: startedAtMs, usedAtMs };
    known.set(id, key);
    return key;
  }

  function fail(error: unknown): never {
    if (!(error instanceof StoreUnavailable)) throw error;
    failedAtMs = clock.monotonicMs();
    if (!isOutageReported)
      log.warn(
        { detail: error.detail },
        'API keys: the database does not answer; keys in use are accepted for 10 minutes, others are not',
      );
    isOutageReported = true;
    throw error;
  }

  /** Whether the database did not answer a moment ago: then keys in use do not wait for it. */
  function isUnavailable(): boolean {
    return reads.runningMs() > times.answerTimeoutMs || clock.monotonicMs() - failedAtMs < times.maxUnreadMs;
  }

  function refresh(id: string): void {
    if (refreshing.has(id) || clock.monotonicMs() - failedAtMs < times.retryDelayMs) return;
    refreshing.add(id);
    read(id)
      .catch((error: Error) => log.debug({ detail: error.message }, 'API keys: a row could not be read'))
      .finally(() => refreshing.delete(id));
  }

  /** Whether the hash is that of the key, or of the key before it while that is valid. */
  function isMatch({ hash, previousHash, previousUntil }: HashedRow, given: Buffer): boolean {
    const isCurrent = timingSafeEqual(hash, given);
    const isPrevious = timingSafeEqual(previousHash ?? noHash, given);
    return isCurrent || (isPrevious && previousUntil !== null && previousUntil > clock.now());
  }

  function isOver({ revokedAt, expiresAt }: HashedRow): boolean {
    return revokedAt !== null || (expiresAt !== null && expiresAt <= clock.now());
  }

  /** The caller of a matching key; null if the key is over. */
  function accept(key: KnownKey): Principal | null {
    if (isOver(key.row)) return null;
    const nowMs = clock.monotonicMs();
    if (nowMs - key.usedAtMs >= times.useIntervalMs) {
      key.usedAtMs = nowMs;
      store
        .markUsed(key.row.id)
        .catch((error: Error) =>
          log.debug({ detail: error.message }, 'API keys: the last use was not written'),
        );
    }
    return key.principal;
  }

  /** Verifies a key by a row that is read now. */
  async function verifyAnew(id: string, given: Buffer): Promise<Principal | null> {
    try {
      const key = await within(times.answerTimeoutMs, read(id), 'LATE' as const);
      if (key === 'LATE') return fail(new StoreUnavailable('it did not answer in time'));
      if (key === null) timingSafeEqual(noHash, given);
      return key !== null && isMatch(key.row, given) ? accept(key) : null;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const key = known.get(id);
      if (key !== undefined && isUsableInOutage(key, given)) return accept(key);
      throw new GatewayError('STORE_UNAVAILABLE', { retryAfterSeconds });
    }
  }

  function isUsableInOutage(key: KnownKey, given: Buffer): boolean {
    return ageMs(key) < times.maxOutageMs && isMatch(key.row, given);
  }

  return {
    handles: (token) => token.startsWith(apiKeyPrefix),
    verify(token) {
      const key = known.get(idPartOf(token));
      // Revocation and expiry are final.
      if (key !== undefined && isOver(key.row)) return null;
      const given = hashOf(token);
      const isRecent = key !== undefined && ageMs(key) < times.maxUnreadMs;
      const isUsable =
        key !== undefined &&
        (isRecent ? isMatch(key.row, given) : isUnavailable() && isUsableInOutage(key, given));
      if (!isUsable) {
        // A text that is no key is not searched for. Another secret: the key may have been rotated since the row was read.
        const id = idOfApiKey(token);
        return id === null ? null : verifyAnew(id, given);
      }
      if (ageMs(key) >= times.freshMs) refresh(key.row.id);
      return accept(key);
    },
  };
}

/** Whether two reads of a row give the same caller. The last use does not count. */
function isSame(one: HashedRow, other: HashedRow): boolean {
  const facts = ({ lastUsedAt, hash, previousHash, ...row }: HashedRow) =>
    JSON.stringify([row, hash.toString('hex'), previousHash?.toString('hex')]);
  return facts(one) === facts(other);
}

function principalOf({ name, scopes, groups, expiresAt }: HashedRow): Principal {
  return createPrincipal({
    actor: actorOf(name),
    method: 'API_KEY',
    scopes: scopes.filter(isScope),
    groups,
    expiresAt,
  });
}
