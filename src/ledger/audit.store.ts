import { sql } from 'kysely';
import { accountsOf, type Store } from '../store/index.ts';
import type { AuditRow } from './entry.ts';
import { isExpiredKey } from './ledger.store.ts';

/** A filter of audit entries; a null or missing condition matches all. */
export interface AuditFilter {
  readonly iccid?: string | null;
  readonly actor?: string | null;
  readonly actions?: readonly string[] | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The cursor of an entry. */
interface AuditPlace {
  readonly at: Date;
  readonly id: string;
}

/** The SQL that reads the audit log and deletes old entries. Errors of all: StoreUnavailable. */
export type AuditStore = ReturnType<typeof createAuditStore>;

/** Maximum number of rows that one call deletes, so that it ends long before the query timeout. */
const maxDeleted = 20_000;

export function createAuditStore(store: Store, account: string) {
  const matching = (tenant: string, filter: AuditFilter) => {
    const { iccid, actor, actions, from, to } = filter;
    return sql`tenant = ${tenant} and account = any(${accountsOf(account)})
      ${actor == null ? sql`` : sql`and actor = ${actor}`}
      ${actions == null || actions.length === 0 ? sql`` : sql`and action = any(${[...actions]}::text[])`}
      ${from == null ? sql`` : sql`and at >= ${from}`}
      ${to == null ? sql`` : sql`and at <= ${to}`}
      ${
        iccid == null
          ? sql``
          : sql`and exists (select from change_sim
              where entry_id = audit_entry.id and tenant = ${tenant} and iccid = ${iccid})`
      }`;
  };

  return {
    /** Entries after a cursor, newest first. */
    async page(
      tenant: string,
      filter: AuditFilter,
      behind: AuditPlace | null,
      limit: number,
    ): Promise<AuditRow[]> {
      const { rows } = await store.run((db) =>
        sql<AuditRow>`
          select id, at, actor, action, sim_count, arguments::text as arguments, outcome, error_code, request_id
          from audit_entry
          where ${matching(tenant, filter)}
            ${behind === null ? sql`` : sql`and (at, id) < (${behind.at}, ${behind.id}::uuid)`}
          order by at desc, id desc
          limit ${limit}`.execute(db),
      );
      return rows;
    },

    async count(tenant: string, filter: AuditFilter): Promise<number> {
      const { rows } = await store.run((db) =>
        sql<{
          count: string;
        }>`select count(*) as count from audit_entry where ${matching(tenant, filter)}`.execute(db),
      );
      return Number(rows[0]?.count ?? 0);
    },

    /** ICCIDs of the SIMs of each entry at positions below `limit`. Shape: same length and order as the ids. */
    async iccids(tenant: string, entryIds: readonly string[], limit: number): Promise<string[][]> {
      const rows = await store.run((db) =>
        db
          .selectFrom('changeSim')
          .select(['entryId', 'iccid'])
          .where('tenant', '=', tenant)
          .where('entryId', 'in', entryIds)
          .where('position', '<', limit)
          .where('iccid', 'is not', null)
          .orderBy('position')
          .execute(),
      );
      const found = new Map(entryIds.map((id) => [id, [] as string[]]));
      for (const { entryId, iccid } of rows) if (iccid !== null) found.get(entryId)?.push(iccid);
      return entryIds.map((id) => found.get(id) ?? []);
    },

    /**
     * Deletes expired idempotency keys, and entries of all accounts that are older than `retentionDays`, in batches; 0 keeps all entries.
     * Returns the number of deleted entries, plus the SIMs that were deleted before their entry because it has more than 20,000.
     */
    async forget(retentionDays: number): Promise<number> {
      return store.run(async (db) => {
        await sql`delete from idempotency_key where ${isExpiredKey}`.execute(db);
        if (retentionDays === 0) return 0;
        for (let total = 0; ; ) {
          const { rows } = await sql<{ forgotten: number }>`
            select forget_audit_entries(make_interval(days => ${retentionDays}), ${maxDeleted}) as forgotten`.execute(
            db,
          );
          const forgotten = rows[0]?.forgotten ?? 0;
          total += forgotten;
          if (forgotten === 0) return total;
        }
      });
    },
  };
}
