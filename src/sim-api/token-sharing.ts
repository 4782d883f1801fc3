import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { within } from '../base/within.ts';
import { type LiveToken, liveToken } from './live-token.ts';
import type { TokenSeal } from './token-seal.ts';

/** Shares the token of an account with other gateways. */
export interface TokenSharing {
  /**
   * The token that another gateway has got, unless it is `unwanted`; else the token that `logIn` gives, which other gateways get from then
   * on. Errors: those of `logIn` alone.
   */
  obtain(unwanted: string | undefined, logIn: () => Promise<LiveToken>): Promise<LiveToken>;
}

/** Where gateways keep the token that they share. Every method may fail, or give no answer for a long time. */
export interface TokenRows {
  /** The encrypted token, and in how many milliseconds it ends; null if there is none. */
  read(): Promise<{ readonly sealed: Buffer; readonly remainingMs: number } | null>;
  /**
   * Reserves the next login for so long, under an id of its own; false if another gateway has reserved it, or the row no longer holds
   * what was `seen`.
   */
  claim(id: string, seen: Buffer | null, leaseMs: number): Promise<boolean>;
  /**
   * Replaces the token by one that ends in so many milliseconds, and ends this reservation; does nothing if the row is no longer as it
   * was `seen` and the reservation is not this one.
   */
  write(sealed: Buffer, remainingMs: number, id: string, seen: Buffer | null): Promise<void>;
  /** Ends this reservation and no other: its login failed. */
  release(id: string): Promise<void>;
}

/** How long rows and other gateways are waited for. */
export interface SharingTimes {
  /** Rows that do not answer within this time are left out: a read must not wait for them. */
  readonly rowTimeoutMs: number;
  /** Another gateway logs in when the reservation of one that died has ended. */
  readonly leaseMs: number;
}

const defaultTimes: SharingTimes = { rowTimeoutMs: 2000, leaseMs: 5000 };
const pollMs = 100;

/** Each gateway for itself. */
export const notShared: TokenSharing = { obtain: (_, logIn) => logIn() };

/**
 * Shares a token by rows: one login at a time over all gateways. If the rows do not answer, this gateway logs in for itself. The token
 * in them is encrypted; a row that cannot be decrypted, since it was made with another password, is replaced.
 */
export function createTokenSharing(
  rows: TokenRows,
  seal: TokenSeal,
  clock: Clock,
  { rowTimeoutMs, leaseMs }: SharingTimes = defaultTimes,
): TokenSharing {
  /** What the row held when it last answered. */
  let seen: Buffer | null = null;
  /** What the rows answer; undefined if they do not. */
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
        // Whether the rows answer or not, this gateway has its token.
        share(token, id, before).catch(() => undefined);
        return token;
      } catch (error) {
        rows.release(id).catch(() => undefined);
        throw error;
      }
    },
  };
}
