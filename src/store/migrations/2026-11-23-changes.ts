import { type Kysely, type Migration, sql } from 'kysely';

/** Audit log, ledger of SIMs and idempotency keys. */
export const changes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table audit_entry (
    id uuid primary key,
    tenant text not null,
    actor text not null,
    at timestamptz(3) not null default clock_timestamp(),
    action text not null,
    arguments jsonb not null,
    sim_count integer not null default 0,
    outcome text not null default 'OPEN'
      check (outcome in ('OPEN', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN')),
    error_code text,
    request_id text not null,
    finished_at timestamptz,
    owner uuid not null,
    lease_until timestamptz not null,
    check ((outcome = 'OPEN') = (finished_at is null))
  )`,
  'create index audit_entry_newest on audit_entry (tenant, at desc, id desc)',
  `create index audit_entry_open on audit_entry (lease_until) where outcome = 'OPEN'`,

  `create table change_sim (
    entry_id uuid not null references audit_entry on delete cascade,
    position integer not null,
    tenant text not null,
    actor text not null,
    iccid text,
    status text not null
      check (status in ('PENDING', 'SENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT')),
    attempts integer not null default 0,
    error jsonb,
    sent_at timestamptz,
    settled_at timestamptz,
    primary key (entry_id, position)
  )`,
  'create index change_sim_iccid on change_sim (tenant, iccid)',

  `create table idempotency_key (
    tenant text not null,
    actor text not null,
    key text not null,
    fingerprint text not null,
    entry_id uuid not null references audit_entry on delete cascade,
    answer jsonb,
    created_at timestamptz(3) not null default clock_timestamp(),
    primary key (tenant, actor, key)
  )`,
  'create index idempotency_key_age on idempotency_key (created_at)',
  'create index idempotency_key_entry on idempotency_key (entry_id)',

  // While an entry is open its outcome may be written, once. After that nothing may, and nothing but retention deletes.
  `create function refuse_to_alter_audit() returns trigger language plpgsql as $$
  declare
    expired_before timestamptz := nullif(current_setting('sim_gateway.expired_before', true), '');
  begin
    if tg_op = 'TRUNCATE' then
      raise exception '% is an audit record: it is never emptied', tg_table_name;
    end if;
    if tg_op = 'DELETE' and expired_before is not null then
      if tg_table_name <> 'audit_entry' then
        return old;
      -- Apart from the condition above: a row of another table has no such column, and naming it there would fail.
      elsif old.at < expired_before then
        return old;
      end if;
    end if;
    if tg_op = 'DELETE' then
      raise exception '% is an audit record: only retention deletes from it', tg_table_name;
    end if;
    if tg_op = 'INSERT' then
      if exists (select from added join audit_entry on audit_entry.id = added.entry_id
          where audit_entry.outcome <> 'OPEN') then
        raise exception '% is an audit record: a finished entry takes no more SIMs', tg_table_name;
      end if;
      return null;
    end if;
    raise exception '% is an audit record: what it says cannot be changed', tg_table_name;
  end $$`,
  `create trigger audit_entry_is_final before update on audit_entry for each row
    when (old.outcome <> 'OPEN'
      or (old.id, old.tenant, old.actor, old.at, old.action, old.arguments, old.request_id)
        is distinct from (new.id, new.tenant, new.actor, new.at, new.action, new.arguments, new.request_id))
    execute function refuse_to_alter_audit()`,
  `create trigger audit_entry_is_kept before delete on audit_entry for each row
    execute function refuse_to_alter_audit()`,
  `create trigger audit_entry_is_not_emptied before truncate on audit_entry
    execute function refuse_to_alter_audit()`,
  `create trigger change_sim_is_final before update on change_sim for each row
    when ((old.entry_id, old.position, old.tenant, old.actor, old.iccid)
        is distinct from (new.entry_id, new.position, new.tenant, new.actor, new.iccid)
      or (old.status not in ('PENDING', 'SENDING')
        and not (old.status = 'UNKNOWN' and new.status = 'SUCCEEDED')))
    execute function refuse_to_alter_audit()`,
  `create trigger change_sim_is_complete after insert on change_sim referencing new table as added
    for each statement execute function refuse_to_alter_audit()`,
  `create trigger change_sim_is_kept before delete on change_sim for each row
    execute function refuse_to_alter_audit()`,
  `create trigger change_sim_is_not_emptied before truncate on change_sim
    execute function refuse_to_alter_audit()`,

  // Runs with the rights of whoever owns the tables: the gateway's own role needs none to delete from them.
  `create function forget_audit_entries(keep interval, most integer) returns integer
  language plpgsql security definer set search_path from current as $$
  declare
    forgotten integer;
  begin
    if keep < interval '1 day' then
      raise exception 'audit entries are kept for a day at least';
    end if;
    perform set_config('sim_gateway.expired_before', (now() - keep)::text, true);
    with expired as (
      select id from audit_entry
      where at < now() - keep and outcome <> 'OPEN'
      order by at limit most for update skip locked
    )
    delete from audit_entry using expired where audit_entry.id = expired.id;
    get diagnostics forgotten = row_count;
    perform set_config('sim_gateway.expired_before', '', true);
    return forgotten;
  end $$`,
  'revoke all on function forget_audit_entries from public',
];
