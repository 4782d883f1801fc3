import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { within } from '../base/within.ts';
import { type LiveToken, liveToken } from './live-token.ts';
import type { TokenSeal } from './token-seal.ts';

export interface TokenSharing {
  /**
   * Returns the token that another gateway obtained, unless it is `unwanted`; otherwise calls `logIn` and shares its token. Errors: only
   * those of `logIn`.
   */
  obtain(unwanted: string | undefined, logIn: () => Promise<LiveToken>): Promise<LiveToken>;
}

/** Storage of the shared token. Every method may fail, or not answer for a long time. */
export interface TokenRows {
  /** The encrypted token and its remaining lifetime; null if there is none. */
  read(): Promise<{ readonly sealed: Buffer; readonly remainingMs: number } | null>;
  /**
   * Reserves the next login for `leaseMs` under a unique `id`; false if another gateway has reserved it, or if the row no longer contains
   * `seen`.
   */
  claim(id: string, seen: Buffer | null, leaseMs: number): Promise<boolean>;
  /**
   * Replaces the token with one that ends in `remainingMs`, and ends reservation `id`. Does nothing if the row no longer contains `seen`
   * and the reservation is not `id`.
   */
  write(sealed: Buffer, remainingMs: number, id: string, seen: Buffer | null): Promise<void>;
  /** Ends reservation `id` and no other, after its login failed. */
  release(id: string): Promise<void>;
}

export interface SharingTimes {
  /** Rows that do not answer within this time are ignored: a read must not wait for them. */
  readonly rowTimeoutMs: number;
  /** Lifetime of a reservation. After it, another gateway may log in, because the holder may have crashed. */
  readonly leaseMs: number;
}

const defaultTimes: SharingTimes = { rowTimeoutMs: 2000, leaseMs: 5000 };
const pollMs = 100;

/** No sharing: each gateway logs in separately. */
export const notShared: TokenSharing = { obtain: (_, logIn) => logIn() };

/**
 * Shares a token through rows, so that only one gateway logs in. If the rows do not answer, this gateway logs in separately.
 * The token in the rows is encrypted; a row that cannot be decrypted, because it was written with another password, is replaced.
 */
export function createTokenSharing(
  rows: TokenRows,
  seal: TokenSeal,
  clock: Clock,
  { rowTimeoutMs, leaseMs }: SharingTimes = defaultTimes,
): TokenSharing {
  /** Content of the row when it last answered. */
  let seen: Buffer | null = null;
  /** The answer of the rows; undefined if they fail or time out. */
  const asked = <T>(answer: Promise<T>) =>
    within<T | undefined, undefined>(
      rowTimeoutMs,
      answer.catch(() => undefined),
      undefined,
    );

  async function opened(sealed: Buffer, endsAtMs: number): Promise<LiveToken | null> {
    const token = await seal.open(sealed);
    return token && liveToken(token, endsAtMs);
  }

  async function share(token: LiveToken, id: string, before: Buffer | null): Promise<void> {
    const sealed = await seal.close(token);
    await rows.write(sealed, token.endsAtMs - clock.monotonicMs(), id, before);
  }

  return {
    async obtain(unwanted, logIn) {
      const id = randomUUID();
      for (;;) {
        const askedAtMs = clock.monotonicMs();
        const row = await asked(rows.read());
        if (row === undefined) break;
        seen = row?.sealed ?? null;
        const token = row && (await opened(row.sealed, askedAtMs + row.remainingMs));
        if (token && token.accessToken !== unwanted && clock.monotonicMs() < token.goodUntilMs) return token;
        const isClaimed = await asked(rows.claim(id, seen, leaseMs));
        if (isClaimed !== false) break;
        await pause(pollMs);
      }
      const before = seen;
      try {
        const token = await logIn();
        // This gateway has its token even if the rows do not answer.
        share(token, id, before).catch(() => undefined);
        return token;
      } catch (error) {
        rows.release(id).catch(() => undefined);
        throw error;
      }
    },
  };
}
