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
  /** Reserves the next login for so long; false if another gateway has reserved it, or the row is no longer as it was `seen`. */
  claim(seen: Buffer | null, leaseMs: number): Promise<boolean>;
  /** Replaces the token by one that ends in so many milliseconds, and ends the reservation. */
  write(sealed: Buffer, remainingMs: number): Promise<void>;
  /** Ends the reservation of a login that failed. */
  release(): Promise<void>;
}

/** Rows that do not answer within this time are left out: a read must not wait for them. */
const rowTimeoutMs = 1000;
/** Another gateway logs in when the reservation of one that died has ended. */
const leaseMs = 5000;
const pollMs = 100;

/** Each gateway for itself. */
export const notShared: TokenSharing = { obtain: (_, logIn) => logIn() };

/**
 * Shares a token by rows: one login at a time over all gateways. If the rows do not answer, this gateway logs in for itself. The token
 * in them is encrypted; a row that cannot be decrypted, since it was made with another password, is replaced.
 */
export function createTokenSharing(rows: TokenRows, seal: TokenSeal, clock: Clock): TokenSharing {
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

  async function share(token: LiveToken): Promise<void> {
    const sealed = await seal.close(token);
    await rows.write(sealed, token.endsAtMs - clock.monotonicMs());
  }

  return {
    async obtain(unwanted, logIn) {
      for (;;) {
        const askedAtMs = clock.monotonicMs();
        const row = await asked(rows.read());
        if (row === undefined) break;
        const token = row && (await opened(row.sealed, askedAtMs + row.remainingMs));
        if (token && token.accessToken !== unwanted && clock.monotonicMs() < token.goodUntilMs) return token;
        const isClaimed = await asked(rows.claim(row?.sealed ?? null, leaseMs));
        if (isClaimed !== false) break;
        await pause(pollMs);
      }
      try {
        const token = await logIn();
        // Whether the rows answer or not, this gateway has its token.
        share(token).catch(() => undefined);
        return token;
      } catch (error) {
        rows.release().catch(() => undefined);
        throw error;
      }
    },
  };
}
