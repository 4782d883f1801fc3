import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type KeySource, readIssuerKeys } from './issuer-keys.ts';

/** Finds the key of a token by its header. Errors: those of jose, such as JWKSNoMatchingKey. */
export type KeySet = JWTVerifyGetKey;

/** The keys of the token issuer, as it last published them. */
export interface Jwks {
  /** Null before the first load; another object as soon as the keys have changed. If they are old, starts a load and does not wait for it. */
  current(): KeySet | null;
  /**
   * Loads the keys if the cool-down allows it, or waits for the load that is running. Returns the newest keys, which are the previous ones
   * if the issuer is away; null if they were never loaded.
   */
  renew(): Promise<KeySet | null>;
  /** Time until `renew` loads again, in s; at least 1. */
  retryAfterSeconds(): number;
}

export interface JwksLimits {
  /** Minimum time from the start of one load to the start of the next, also after a failure, in ms. */
  readonly coolDownMs: number;
  /** Age at which keys are loaded again, in ms. */
  readonly refreshMs: number;
  /** Timeout of one load, in ms. */
  readonly timeoutMs: number;
}

export const defaultJwksLimits: JwksLimits = { coolDownMs: 30_000, refreshMs: 600_000, timeoutMs: 5000 };

/** The result of the last load, by which log lines are written once for each change. */
type Condition = 'loaded' | 'empty' | 'away';

/**
 * Creates the key set. Unknown keys cannot make the gateway flood the issuer: there is at most one load for each cool-down, by the
 * monotonic clock. An issuer that is away does not stop the gateway: the keys of the last load are used until the next one succeeds.
 */
export function createJwks(source: KeySource, clock: Clock, log: Log, limits: JwksLimits): Jwks {
  let keys: { readonly text: string; readonly set: KeySet } | null = null;
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | null = null;
  let condition: Condition | null = null;

  const load = async () => {
    const previous = condition;
    try {
      const published = await readIssuerKeys(source, limits.timeoutMs);
      const text = JSON.stringify(published);
      if (keys?.text !== text) keys = { text, set: createLocalJWKSet({ keys: published }) };
      loadedAtMs = clock.monotonicMs();
      condition = published.length === 0 ? 'empty' : 'loaded';
      if (condition === previous) return;
      if (condition === 'empty') log.warn({}, 'the token issuer publishes no usable key: no token is valid');
      else log.info({ keys: published.length }, 'the keys of the token issuer are loaded');
    } catch (error) {
      condition = 'away';
      if (condition !== previous)
        log.warn({ detail: (error as Error).message }, 'the keys of the token issuer cannot be read');
    }
  };
  const start = () => {
    const now = clock.monotonicMs();
    if (loading !== null || now - startedAtMs < limits.coolDownMs) return;
    startedAtMs = now;
    loading = load().finally(() => {
      loading = null;
    });
  };

  return {
    current() {
      if (clock.monotonicMs() - loadedAtMs >= limits.refreshMs) start();
      return keys?.set ?? null;
    },
    async renew() {
      start();
      await loading;
      return keys?.set ?? null;
    },
    retryAfterSeconds: () =>
      Math.max(1, Math.ceil((startedAtMs + limits.coolDownMs - clock.monotonicMs()) / 1000)),
  };
}
