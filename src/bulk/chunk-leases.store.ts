import { type Kysely, sql, type Transaction } from 'kysely';
import { accountsOf } from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import { LeaseLost } from '../store/lease-lost.ts';
import type { Store } from '../store/store.ts';
import type { TakenChunk } from './chunk.ts';
import { counted, isSimOf } from './chunk-rows.store.ts';

/** The SQL of who has which chunk in hand. Errors of all: StoreUnavailable. */
export type HandStore = ReturnType<typeof createHandStore>;

/** Runs statements while nobody can take the chunk over. Errors: LeaseLost. */
export type WithChunk = <T>(
  chunk: TakenChunk,
  statements: (db: Transaction<Database>) => Promise<T>,
) => Promise<T>;

/**
 * A chunk is in one hand at a time, and each taking is another hand, of the same gateway too: what an earlier one still has to
 * say or send is refused.
 */
export const inHand = ({ operationId, number, hand }: TakenChunk) =>
  sql`operation_id = ${operationId}::uuid and number = ${number} and hand = ${hand}::uuid`;

/** The chunks as one gateway of an account sees them. `owner` is its name, and `leaseMs` how long a silent one is believed alive. */
export function createHandStore(store: Store, owner: string, account: string, leaseMs: number) {
  const lease = sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`;

  const withChunk: WithChunk = (chunk, statements) =>
    store.transaction(async (db) => {
      const own = await sql`select from bulk_chunk where ${inHand(chunk)} for update`.execute(db);
      if (own.rows.length === 0) throw new LeaseLost('another gateway has the chunk');
      return statements(db);
    });

  return {
    withChunk,

    /** Takes the next chunk of the account that is due, of the operation that has waited longest for its turn; null where there is none. */
    async take(): Promise<TakenChunk | null> {
      const { rows } = await store.run((db) =>
        sql<TakenChunk>`
          with next as (
            select idle.operation_id, idle.number
            from bulk_operation
            cross join lateral (
              select operation_id, number from bulk_chunk
              where operation_id = bulk_operation.id and hand is null and status <> 'DONE'
                and due_at <= clock_timestamp()
              order by number limit 1 for update skip locked
            ) as idle
            where bulk_operation.finished_at is null and bulk_operation.account = any(${accountsOf(account)})
            order by bulk_operation.served_at
            limit 1
          ), taken as (
            update bulk_chunk set hand = gen_random_uuid(), owner = ${owner}::uuid, lease_until = ${lease}
            from next
            where bulk_chunk.operation_id = next.operation_id and bulk_chunk.number = next.number
            returning bulk_chunk.*
          ), served as (
            update bulk_operation set served_at = clock_timestamp(),
              status = case when bulk_operation.status = 'QUEUED' and number >= 0 then 'RUNNING'
                else bulk_operation.status end
            from taken where bulk_operation.id = taken.operation_id
          )
          select taken.operation_id, taken.number, taken.hand, taken.tenant, taken.actor, taken.refs, taken.status,
            taken.is_begun, taken.tries, taken.puzzles, taken.walked_to, taken.settling, taken.strayed, bulk_operation.change,
            bulk_operation.canceled_at is not null as is_canceled, bulk_operation.group_name,
            bulk_operation.expected_count, bulk_operation.follows, audit_entry.request_id
          from taken
          join bulk_operation on bulk_operation.id = taken.operation_id
          join audit_entry on audit_entry.id = taken.operation_id`.execute(db),
      );
      return rows[0] ?? null;
    },

    /** Says that the gateway lives and has these in hand. One that is locked is being worked on, and renewed the next time. */
    async renew(hands: readonly string[]): Promise<void> {
      await store.runApart((db) =>
        sql`
          update bulk_chunk set lease_until = ${lease}
          where hand in (
            select hand from bulk_chunk where hand = any(${hands}::uuid[]) for no key update skip locked)`.execute(
          db,
        ),
      );
    },

    /**
     * Frees chunks: those whose leases have ended and that are in none of these hands, or all that others or this gateway had,
     * where that is certain to be over.
     */
    async free(which: 'expired' | 'others' | 'own', hands: readonly string[] = []): Promise<number> {
      const meant = {
        expired: sql`lease_until < clock_timestamp() and hand <> all(${hands}::uuid[])`,
        others: sql`owner <> ${owner}::uuid`,
        own: sql`owner = ${owner}::uuid`,
      };
      return store.transaction(async (db) => {
        const { rows } = await sql<{ hand: string }>`
          select hand from bulk_chunk where hand is not null and ${meant[which]} for update skip locked`.execute(
          db,
        );
        await sql`
          update bulk_chunk set hand = null, owner = null, lease_until = null,
            (sent, succeeded, failed, unknown, not_sent) = (
              select ${counted} from change_sim where ${isSimOf(sql`bulk_chunk.operation_id`, sql`bulk_chunk.number`)})
          where hand = any(${rows.map(({ hand }) => hand)}::uuid[])`.execute(db);
        return rows.length;
      });
    },

    /** Those of some hands that hold chunks of operations which were cancelled. */
    async canceled(hands: readonly string[]): Promise<string[]> {
      const { rows } = await store.run((db) =>
        sql<{ hand: string }>`
          select hand from bulk_chunk join bulk_operation on bulk_operation.id = operation_id
          where hand = any(${hands}::uuid[]) and canceled_at is not null`.execute(db),
      );
      return rows.map(({ hand }) => hand);
    },
  };
}

/** Whether an operation was cancelled; until the end of the transaction it will not be otherwise. */
export async function isCanceled(db: Kysely<Database>, operationId: string): Promise<boolean> {
  const { rows } = await sql<{ isCanceled: boolean }>`
    select canceled_at is not null as is_canceled from bulk_operation
    where id = ${operationId}::uuid for update`.execute(db);
  return rows[0]?.isCanceled === true;
}
