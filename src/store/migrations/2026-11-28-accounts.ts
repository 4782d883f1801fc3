import { type Kysely, type Migration, sql } from 'kysely';

/** Rows that were written before each row named its SIM API account. */
export const beforeAccounts = 'before';

/**
 * Changes, bulk operations and idempotency keys belong to a SIM API account. Finished audit entries refuse updates, so the rows from
 * before get their value from the default of the column.
 */
export const accounts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const addAccount = (table: string) =>
  `alter table ${table} add column account text not null default '${beforeAccounts}'`;

const statements = [
  ...['audit_entry', 'bulk_operation', 'idempotency_key'].map(addAccount),

  `drop trigger audit_entry_is_final on audit_entry`,
  `create trigger audit_entry_is_final before update on audit_entry for each row
    when (old.outcome <> 'OPEN'
      or (old.id, old.tenant, old.actor, old.account, old.at, old.action, old.arguments, old.request_id)
        is distinct from
        (new.id, new.tenant, new.actor, new.account, new.at, new.action, new.arguments, new.request_id))
    execute function refuse_audit_change('what it says cannot be changed')`,

  // The same key of two accounts is two keys.
  `alter table idempotency_key drop constraint idempotency_key_pkey,
    add primary key (tenant, actor, account, key)`,

  // Another name of an account, whose URL or user name has changed. Rows of '${beforeAccounts}' belong to the account that it stands for.
  `create table account_alias (
    alias text primary key,
    account text not null,
    made_at timestamptz not null default clock_timestamp()
  )`,
  'create index account_alias_account on account_alias (account)',
];
