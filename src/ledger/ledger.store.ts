import { type Kysely, sql } from 'kysely';
import type { StoredError } from '../errors/index.ts';
import { accountOf, accountsOf, type Database, LeaseLost, type Store } from '../store/index.ts';
import { claimSims, closeUnresolved, type Outcomes, recordOutcomes } from './change-sims.store.ts';
import type { AbandonedEntry, Completion, EntryRow, NewEntry, NewKey } from './entry.ts';

/** Whether an idempotency key has expired: it lives for 24 hours, or until its entry ends if that is later. */
export const isExpiredKey = sql<boolean>`(
  idempotency_key.created_at < clock_timestamp() - interval '24 hours'
  and not exists (select from audit_entry where id = idempotency_key.entry_id and outcome = 'OPEN'))`;

/** The SQL of the ledger. Errors of all: StoreUnavailable. */
export type LedgerStore = ReturnType<typeof createLedgerStore>;

/** The ledger store of one gateway. `owner` is the name of the gateway, `leaseMs` the duration of a lease from its last renewal. */
export function createLedgerStore(store: Store, owner: string, account: string, leaseMs: number) {
  const lease = sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;

  return {
    /** Opens an entry and returns null, or returns the existing entry of the same idempotency key. */
    async open(
      entry: NewEntry,
      key: NewKey | null,
    ): Promise<{ entryId: string; fingerprint: string } | null> {
      const { id, tenant, actor, action, requestId } = entry;
      const values = sql`${id}::uuid, ${accountOf(account)}, ${tenant}, ${actor}, ${action}, ${JSON.stringify(entry.arguments)}::jsonb, ${requestId}, ${owner}::uuid, ${lease}`;
      const columns = sql`id, account, tenant, actor, action, arguments, request_id, owner, lease_until`;
      return store.run(async (db) => {
        if (key === null) {
          await sql`insert into audit_entry (${columns}) values (${values})`.execute(db);
          return null;
        }
        for (;;) {
          const taken = await sql`
            with taken as (
              insert into idempotency_key (account, tenant, actor, key, fingerprint, entry_id)
              values (${accountOf(account)}, ${tenant}, ${actor}, ${key.key}, ${key.fingerprint}, ${id}::uuid)
              on conflict (tenant, actor, account, key) do update
                set fingerprint = excluded.fingerprint, entry_id = excluded.entry_id, answer = null,
                  created_at = excluded.created_at
                where ${isExpiredKey}
              returning entry_id
            )
            insert into audit_entry (${columns}) select ${values} from taken`.execute(db);
          if (taken.numAffectedRows === 1n) return null;
          const known = await db
            .selectFrom('idempotencyKey')
            .select(['entryId', 'fingerprint'])
            .where('tenant', '=', tenant)
            .where('actor', '=', actor)
            .where('account', '=', accountOf(account))
            .where('key', '=', key.key)
            .executeTakeFirst();
          if (known !== undefined) return known;
        }
      });
    },

    /** Writes the SIMs of an entry, at least one, and the answer for a replay. Errors: StoreUnavailable, LeaseLost. */
    async name(
      { id, tenant, actor }: NewEntry,
      iccids: readonly (string | null)[],
      answer: unknown,
    ): Promise<void> {
      const named = await store.run((db) =>
        sql`
          with own as (
            update audit_entry set sim_count = ${iccids.length}
            where id = ${id}::uuid and owner = ${owner}::uuid and outcome = 'OPEN'
            returning id
          ), answered as (
            update idempotency_key set answer = ${JSON.stringify(answer)}::jsonb from own where entry_id = own.id
          )
          insert into change_sim (entry_id, tenant, actor, position, iccid, status)
          select own.id, ${tenant}, ${actor}, place - 1, iccid, 'PENDING'
          from own, unnest(${[...iccids]}::text[]) with ordinality as named (iccid, place)`.execute(db),
      );
      if (named.numAffectedRows === 0n) throw new LeaseLost('another gateway has ended the entry');
    },

    /** Marks SIMs as SENDING. Returns false if some of them already have an outcome: then none may be sent. */
    async claim(entryId: string, positions: readonly number[]): Promise<boolean> {
      return store.run((db) => claimSims(db, entryId, positions));
    },

    /**
     * Records outcomes of SIMs, and ends the entry if there is a completion. A recorded outcome stays; only UNKNOWN may become SUCCEEDED.
     * Returns false if the completion was not written: the entry is no longer an open entry of this gateway.
     */
    async recordOutcomes(
      entryId: string,
      outcomes: Outcomes,
      completion: Completion | null,
    ): Promise<boolean> {
      if (completion === null) {
        await store.run((db) => recordOutcomes(entryId, outcomes).execute(db));
        return true;
      }
      if (!completion.closesUnresolved && !completion.freesKey)
        return store.run((db) => end(db, entryId, outcomes, completion));
      return store.transaction(async (db) => {
        const own = await sql`
          select from audit_entry
          where id = ${entryId}::uuid and owner = ${owner}::uuid and outcome = 'OPEN' for update`.execute(db);
        await recordOutcomes(entryId, outcomes).execute(db);
        if (own.rows.length === 0) return false;
        await closeUnresolved(db, [entryId]);
        const isEnded = await end(db, entryId, [], completion);
        if (isEnded && completion.freesKey)
          await db.deleteFrom('idempotencyKey').where('entryId', '=', entryId).execute();
        return isEnded;
      });
    },

    /** Reads an entry; its SIMs only if it has ended and is not detached. */
    async read(entryId: string): Promise<EntryRow> {
      return store.run(async (db) => {
        const { outcome, key, answer, isDetached } = await db
          .selectFrom('auditEntry')
          .leftJoin('idempotencyKey', 'idempotencyKey.entryId', 'auditEntry.id')
          .select(['auditEntry.outcome', 'idempotencyKey.key', 'idempotencyKey.answer'])
          .select(sql<boolean>`audit_entry.lease_until = 'infinity'`.as('isDetached'))
          .where('auditEntry.id', '=', entryId)
          .executeTakeFirstOrThrow();
        const sims = outcome === 'OPEN' || isDetached ? [] : await readSims(db, entryId);
        return { id: entryId, outcome, isDetached, hasKey: key !== null, answer, sims };
      });
    },

    /** The SIMs of an entry, in order of their positions. */
    async sims(entryId: string): Promise<EntryRow['sims']> {
      return store.run((db) => readSims(db, entryId));
    },

    async renew(entryIds: readonly string[]): Promise<void> {
      await store.runOnReservedConnection((db) =>
        sql`
          update audit_entry set lease_until = ${lease}
          where id = any(${entryIds}::uuid[]) and owner = ${owner}::uuid and outcome = 'OPEN'`.execute(db),
      );
    },

    /**
     * Takes over open entries of the account and returns them. `expired`: entries whose lease has expired, except `ids`. `all`: entries of
     * other gateways, for a caller that knows that none is alive. `own`: the entries `ids` of this gateway. PENDING SIMs become NOT_SENT,
     * SENDING SIMs become UNKNOWN.
     */
    async takeOver(which: 'expired' | 'all' | 'own', ids: readonly string[]): Promise<AbandonedEntry[]> {
      const meant = {
        expired: sql`id <> all(${ids}::uuid[]) and lease_until < clock_timestamp()`,
        all: sql`owner <> ${owner}::uuid and lease_until < 'infinity'`,
        own: sql`id = any(${ids}::uuid[]) and owner = ${owner}::uuid`,
      };
      return store.transaction(async (db) => {
        const { rows } = await sql<AbandonedEntry>`
          update audit_entry set owner = ${owner}::uuid, lease_until = ${lease}
          where outcome = 'OPEN' and account = any(${accountsOf(account)}) and ${meant[which]}
          returning id, action, arguments, request_id`.execute(db);
        await closeUnresolved(
          db,
          rows.map(({ id }) => id),
        );
        return rows;
      });
    },
  };

  /** Ends an entry of this gateway. The entry is locked before its SIMs, in the same order as in `takeOver`. */
  async function end(
    db: Kysely<Database>,
    entryId: string,
    outcomes: Outcomes,
    { outcome, errorCode, answer }: Completion,
  ): Promise<boolean> {
    const { rows } = await sql<{ isEnded: boolean }>`
      with own as (
        update audit_entry
        set outcome = ${outcome}, error_code = ${errorCode}, finished_at = clock_timestamp()
        where id = ${entryId}::uuid and owner = ${owner}::uuid and outcome = 'OPEN'
        returning id
      ), answered as (
        update idempotency_key set answer = coalesce(${JSON.stringify(answer) ?? null}::jsonb, answer)
        from own where entry_id = own.id
      ), recorded as (${recordOutcomes(entryId, outcomes, sql`select count(*) from own`)})
      select exists (select from own) as is_ended`.execute(db);
    return rows[0]?.isEnded === true;
  }
}

async function readSims(db: Kysely<Database>, entryId: string): Promise<EntryRow['sims']> {
  const sims = await db
    .selectFrom('changeSim')
    .select(['iccid', 'status', 'error'])
    .where('entryId', '=', entryId)
    .orderBy('position')
    .execute();
  return sims.map((sim) => ({ ...sim, error: sim.error as StoredError | null }));
}
