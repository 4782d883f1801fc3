import { sql, type Transaction } from 'kysely';
import type { Database, EntryOutcome, SimStatus } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { type KeptError, toKept } from '../errors/kept-error.ts';
import type { ErrorCode } from '../errors/table.ts';
import type { Outcome } from './outcome.ts';

/** On whose account a change is made, and by whom. */
export interface Caller {
  /** Name of the upstream account. */
  readonly tenant: string;
  /** Subject of the credentials. */
  readonly actor: string;
}

/** An entry before it is begun. */
export interface NewEntry extends Caller {
  readonly id: string;
  readonly action: string;
  /** Values of the change, SIMs left out and a message text too. */
  readonly arguments: object;
  readonly requestId: string;
  readonly owner: string;
}

/** A key that a caller chose, and what it was chosen for. */
export interface NewKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** A SIM of an entry, at its place. */
export interface Place {
  readonly position: number;
  readonly iccid: string | null;
}

/** An entry as it is written down. */
export interface KeptEntry {
  readonly outcome: EntryOutcome;
  /** Whether its key still stands for it. */
  readonly hasKey: boolean;
  readonly answer: unknown;
  /** In order of their positions. */
  readonly sims: readonly { iccid: string | null; status: SimStatus; error: KeptError | null }[];
}

/** How an entry ends. */
export interface Ending {
  readonly outcome: Exclude<EntryOutcome, 'OPEN'>;
  readonly errorCode: string | null;
  /** What a repetition is answered beside the SIMs; left as it is where it is undefined. */
  readonly answer?: unknown;
  /** True where it ended before its time: SIMs that are not settled yet are given up. */
  readonly givesUp?: boolean;
  /** True where surely nothing was sent and the caller may ask again under the same key. */
  readonly freesKey?: boolean;
}

/** An entry whose gateway is gone. */
export interface AbandonedEntry {
  readonly id: string;
  readonly action: string;
  readonly arguments: unknown;
  readonly requestId: string;
}

const keyLife = sql`interval '24 hours'`;

/** The SQL of the ledger. Errors of all: StoreUnavailable. */
export type LedgerStore = ReturnType<typeof createLedgerStore>;

/** The ledger over a store; `leaseMs` is how long a silent owner is believed alive. */
export function createLedgerStore(store: Store, leaseMs: number) {
  const lease = sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;

  return {
    /** Begins an entry. Gives the entry begun before under the same key instead, where there is one. */
    async open(
      entry: NewEntry,
      key: NewKey | null,
    ): Promise<{ entryId: string; fingerprint: string } | null> {
      const { id, tenant, actor, action, requestId, owner } = entry;
      const values = sql`${id}::uuid, ${tenant}, ${actor}, ${action}, ${JSON.stringify(entry.arguments)}::jsonb, ${requestId}, ${owner}::uuid, ${lease}`;
      const columns = sql`id, tenant, actor, action, arguments, request_id, owner, lease_until`;
      return store.run(async (db) => {
        if (key === null) {
          await sql`insert into audit_entry (${columns}) values (${values})`.execute(db);
          return null;
        }
        for (;;) {
          const taken = await sql`
            with taken as (
              insert into idempotency_key (tenant, actor, key, fingerprint, entry_id)
              values (${tenant}, ${actor}, ${key.key}, ${key.fingerprint}, ${id}::uuid)
              on conflict (tenant, actor, key) do update
                set fingerprint = excluded.fingerprint, entry_id = excluded.entry_id, answer = null,
                  created_at = excluded.created_at
                where idempotency_key.created_at < clock_timestamp() - ${keyLife}
              returning entry_id
            )
            insert into audit_entry (${columns}) select ${values} from taken`.execute(db);
          if (taken.numAffectedRows === 1n) return null;
          const known = await db
            .selectFrom('idempotencyKey')
            .select(['entryId', 'fingerprint'])
            .where('tenant', '=', tenant)
            .where('actor', '=', actor)
            .where('key', '=', key.key)
            .executeTakeFirst();
          if (known !== undefined) return known;
        }
      });
    },

    /** Writes down the SIMs of an entry, and what its answer is made of. Errors: StoreUnavailable also where the entry is another's by now. */
    async name(entry: NewEntry, sims: readonly Place[], answer: unknown): Promise<void> {
      const { id, tenant, actor, owner } = entry;
      await store.transaction(async (db) => {
        const own = await db
          .updateTable('auditEntry')
          .set({ simCount: sims.length })
          .where('id', '=', id)
          .where('owner', '=', owner)
          .where('outcome', '=', 'OPEN')
          .executeTakeFirst();
        if (own.numUpdatedRows !== 1n) throw new StoreUnavailable('another gateway has settled the entry');
        await sql`
          insert into change_sim (entry_id, tenant, actor, position, iccid, status)
          select ${id}::uuid, ${tenant}, ${actor}, position, iccid, 'PENDING'
          from unnest(${sims.map(({ position }) => position)}::int[], ${sims.map(({ iccid }) => iccid)}::text[])
            as named (position, iccid)`.execute(db);
        await writeAnswer(db, id, answer);
      });
    },

    /** Marks SIMs as being sent. False where some of them are settled already: then none may be sent. */
    async claim(entryId: string, positions: readonly number[]): Promise<boolean> {
      const claimed = await store.run((db) =>
        sql`
          update change_sim
          set status = 'SENDING', attempts = attempts + 1, sent_at = coalesce(sent_at, clock_timestamp())
          where entry_id = ${entryId}::uuid and position = any(${positions}::int[])
            and status in ('PENDING', 'SENDING')`.execute(db),
      );
      return claimed.numAffectedRows === BigInt(positions.length);
    },

    /** Settles SIMs, and the entry with them where it ends. What is settled stays, but an unknown SIM may have succeeded after all. */
    async settle(
      entryId: string,
      outcomes: readonly (readonly [number, Outcome])[],
      ending: Ending | null,
    ): Promise<void> {
      await store.transaction(async (db) => {
        if (outcomes.length > 0) await writeOutcomes(db, entryId, outcomes);
        if (ending === null) return;
        if (ending.givesUp) await giveUp(db, [entryId]);
        if (ending.freesKey) await db.deleteFrom('idempotencyKey').where('entryId', '=', entryId).execute();
        else if (ending.answer !== undefined) await writeAnswer(db, entryId, ending.answer);
        await db
          .updateTable('auditEntry')
          .set({
            outcome: ending.outcome,
            errorCode: ending.errorCode,
            finishedAt: sql<Date>`clock_timestamp()`,
          })
          .where('id', '=', entryId)
          .where('outcome', '=', 'OPEN')
          .execute();
      });
    },

    /** An entry as it stands. */
    async read(entryId: string): Promise<KeptEntry> {
      return store.run(async (db) => {
        const entry = await db
          .selectFrom('auditEntry')
          .leftJoin('idempotencyKey', 'idempotencyKey.entryId', 'auditEntry.id')
          .select(['auditEntry.outcome', 'idempotencyKey.key', 'idempotencyKey.answer'])
          .where('auditEntry.id', '=', entryId)
          .executeTakeFirstOrThrow();
        const sims = await db
          .selectFrom('changeSim')
          .select(['iccid', 'status', 'error'])
          .where('entryId', '=', entryId)
          .orderBy('position')
          .execute();
        return {
          outcome: entry.outcome,
          hasKey: entry.key !== null,
          answer: entry.answer,
          sims: sims.map((sim) => ({ ...sim, error: sim.error as KeptError | null })),
        };
      });
    },

    /** Says that an owner lives and goes on with these entries. */
    async renew(owner: string, entryIds: readonly string[]): Promise<void> {
      await store.run((db) =>
        db
          .updateTable('auditEntry')
          .set({ leaseUntil: lease })
          .where('id', 'in', entryIds)
          .where('owner', '=', owner)
          .where('outcome', '=', 'OPEN')
          .execute(),
      );
    },

    /**
     * Takes over open entries: those whose lease has ended, `all` of them where no other gateway can be alive, or an owner's
     * `own`. `ids` are the entries that the owner works on: they are left alone, or are the ones meant. What was not sent yet
     * will not be, and of what was being sent nobody knows.
     */
    async takeOver(
      owner: string,
      which: 'expired' | 'all' | 'own',
      ids: readonly string[],
    ): Promise<AbandonedEntry[]> {
      return store.transaction(async (db) => {
        const abandoned = await db
          .updateTable('auditEntry')
          .set({ owner, leaseUntil: lease })
          .where('outcome', '=', 'OPEN')
          .where(
            which === 'own'
              ? sql<boolean>`id = any(${ids}::uuid[])`
              : sql<boolean>`id <> all(${ids}::uuid[])`,
          )
          .$if(which === 'expired', (query) => query.where('leaseUntil', '<', sql<Date>`clock_timestamp()`))
          .returning(['id', 'action', 'arguments', 'requestId'])
          .execute();
        await giveUp(
          db,
          abandoned.map(({ id }) => id),
        );
        return abandoned;
      });
    },
  };
}

async function writeAnswer(db: Transaction<Database>, entryId: string, answer: unknown): Promise<void> {
  await db
    .updateTable('idempotencyKey')
    .set({ answer: JSON.stringify(answer) })
    .where('entryId', '=', entryId)
    .execute();
}

async function writeOutcomes(
  db: Transaction<Database>,
  entryId: string,
  outcomes: readonly (readonly [number, Outcome])[],
): Promise<void> {
  const positions = outcomes.map(([position]) => position);
  const statuses = outcomes.map(([, { outcome }]) => outcome);
  const errors = outcomes.map(([, { error }]) => error && JSON.stringify(toKept(error)));
  await sql`
    update change_sim set status = settled.status, error = settled.error::jsonb, settled_at = clock_timestamp()
    from unnest(${positions}::int[], ${statuses}::text[], ${errors}::text[]) as settled (position, status, error)
    where entry_id = ${entryId}::uuid and change_sim.position = settled.position
      and (change_sim.status in ('PENDING', 'SENDING')
        or (change_sim.status = 'UNKNOWN' and settled.status = 'SUCCEEDED'))`.execute(db);
}

async function giveUp(db: Transaction<Database>, entryIds: readonly string[]): Promise<void> {
  const errorOf = (code: ErrorCode) => JSON.stringify(toKept(new GatewayError(code)));
  await sql`
    update change_sim set settled_at = clock_timestamp(),
      status = case status when 'PENDING' then 'NOT_SENT' else 'UNKNOWN' end,
      error = case status when 'PENDING' then ${errorOf('OPERATION_CANCELED')}::jsonb
        else ${errorOf('OUTCOME_UNKNOWN')}::jsonb end
    where entry_id = any(${entryIds}::uuid[]) and status in ('PENDING', 'SENDING')`.execute(db);
}
