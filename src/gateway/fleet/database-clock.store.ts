import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';

/** Clocks drift apart: they are compared anew after this. */
const trustedMs = 60_000;

/** Tells by the clock of the database, which all gateways share, when something was by the monotonic clock of this one. */
export function createDatabaseClock(store: Store, clock: Clock) {
  let compared: { readonly databaseMs: number; readonly ownMs: number } | undefined;

  return {
    /** Gives what tells the instant that was then by our own clock, or a moment before. Errors: StoreUnavailable. */
    async read(): Promise<(ownMs: number) => Date> {
      if (compared === undefined || clock.monotonicMs() - compared.ownMs > trustedMs) {
        const { rows } = await store.run((db) =>
          sql<{ now: Date }>`select clock_timestamp() as now`.execute(db),
        );
        // The answer took its time to come: what is said of an instant is rather too early.
        compared = { databaseMs: rows[0]?.now.getTime() ?? 0, ownMs: clock.monotonicMs() };
      }
      const { databaseMs, ownMs: comparedMs } = compared;
      return (ownMs) => new Date(databaseMs + ownMs - comparedMs);
    },
  };
}
