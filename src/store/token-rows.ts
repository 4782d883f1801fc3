import { sql } from 'kysely';
import type { Store } from './store.ts';

/** Upper limit of a token's lifetime, because an interval of the database cannot be infinite. */
const maxLifetimeMs = 10 * 366 * 86_400_000;

/**
 * The row in which the gateways of one SIM API account share their encrypted access token. Only the clock of the database measures
 * its lifetime. Errors: StoreUnavailable.
 */
export function createTokenRows(store: Store, account: string) {
  // A burst of changes must not delay the token for reads that wait for it.
  const run = store.runOnReservedConnection;
  return {
    async read(): Promise<{ sealed: Buffer; remainingMs: number } | null> {
      const { rows } = await run((db) =>
        sql<{ sealed: Buffer; remainingMs: number }>`
          select sealed, (extract(epoch from ends_at - clock_timestamp()) * 1000)::float8 as remaining_ms
          from upstream_token where account = ${account} and sealed is not null`.execute(db),
      );
      return rows[0] ?? null;
    },

    async claim(id: string, seen: Buffer | null, leaseMs: number): Promise<boolean> {
      const lease = sql`make_interval(secs => ${leaseMs / 1000})`;
      const { rows } = await run((db) =>
        sql`
          insert into upstream_token as token (account, claim, claimed_until)
          values (${account}, ${id}::uuid, clock_timestamp() + ${lease})
          on conflict (account) do update set claim = excluded.claim, claimed_until = excluded.claimed_until
            where token.sealed is not distinct from ${seen}::bytea
              -- A claim that ends later than a full lease was written before the clock of the database was set back.
              and token.claimed_until not between clock_timestamp() and clock_timestamp() + ${lease}
          returning account`.execute(db),
      );
      return rows.length > 0;
    },

    async write(sealed: Buffer, remainingMs: number, id: string, seen: Buffer | null): Promise<void> {
      const length = sql`make_interval(secs => ${Math.min(maxLifetimeMs, remainingMs) / 1000})`;
      await run((db) =>
        sql`
          insert into upstream_token as token (account, sealed, ends_at)
          values (${account}, ${sealed}, clock_timestamp() + ${length})
          on conflict (account) do update set sealed = excluded.sealed, ends_at = excluded.ends_at,
            claimed_until = case when token.claim = ${id}::uuid then '-infinity' else token.claimed_until end
            where token.claim = ${id}::uuid or token.sealed is not distinct from ${seen}::bytea`.execute(db),
      );
    },

    async release(id: string): Promise<void> {
      await run((db) =>
        sql`
          update upstream_token set claimed_until = '-infinity'
          where account = ${account} and claim = ${id}::uuid`.execute(db),
      );
    },
  };
}
