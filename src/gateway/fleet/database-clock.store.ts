import { sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';

/** Tells by the clock of the database, which all gateways share, when something was by the monotonic clock of this one. */
export type DatabaseClock = ReturnType<typeof createDatabaseClock>;

/** Clocks drift apart: they are compared anew after this. */
const trustedMs = 60_000;

/** The clock of a store. */
export function createDatabaseClock(store: Store, clock: Clock) {
  let compared: { readonly databaseMs: number; readonly ownMs: number } | undefined;

  async function compare() {
    const { rows } = await store.run((db) => sql<{ now: Date }>`select clock_timestamp() as now`.execute(db));
    // The answer took its time to come: what is said of an instant is rather too early.
    return { databaseMs: rows[0]?.now.getTime() ?? 0, ownMs: clock.monotonicMs() };
  }

  return {
    /** The instant that was then by our own clock, or a moment before. Errors: StoreUnavailable. */
    async at(ownMs: number): Promise<Date> {
      if (compared === undefined || clock.monotonicMs() - compared.ownMs > trustedMs)
        compared = await compare();
      return new Date(compared.databaseMs + ownMs - compared.ownMs);
    },
  };
}
