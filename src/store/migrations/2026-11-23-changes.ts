import { type Kysely, type Migration, sql } from 'kysely';

/** Audit log, ledger of SIMs and idempotency keys. */
export const changes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ schema: string }>`select quote_ident(current_schema()) as schema`.execute(
      db,
    );
    const [{ schema }] = rows as [{ schema: string }];
    for (const statement of [...tables, ...guards, retention(schema)]) await sql.raw(statement).execute(db);
    await sql`revoke all on function forget_audit_entries from public`.execute(db);
  },
};

const tables = [
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
  'create index audit_entry_of_actor on audit_entry (tenant, actor, at desc, id desc)',
  'create index audit_entry_of_action on audit_entry (tenant, action, at desc, id desc)',
  `create index audit_entry_open on audit_entry (lease_until) where outcome = 'OPEN'`,

  // Each row is updated twice, and has room for that on its page.
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
  ) with (fillfactor = 70)`,
  'create index change_sim_iccid on change_sim (tenant, iccid)',

  `create table idempotency_key (
    tenant text not null,
    actor text not null,
    key text not null,
    fingerprint text not null,
    entry_id uuid not null references audit_entry on delete cascade,
    answer jsonb,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, actor, key)
  )`,
  'create index idempotency_key_age on idempotency_key (created_at)',
  'create index idempotency_key_entry on idempotency_key (entry_id)',
];

/** While an entry is open its outcome may be written, once. After that nothing may, and nothing but retention deletes. */
const guards = [
  `create function refuse_audit_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is an audit record: %', tg_table_name, tg_argv[0];
  end $$`,
  `create function refuse_audit_deletion() returns trigger language plpgsql as $$
  declare
    expired_before timestamptz := nullif(current_setting('sim_gateway.expired_before', true), '');
  begin
    -- One after the other: a row of change_sim has no such column, and naming it there would fail.
    if expired_before is not null then
      if tg_table_name <> 'audit_entry' then return old; end if;
      if old.at < expired_before then return old; end if;
    end if;
    raise exception '% is an audit record: only retention deletes from it', tg_table_name;
  end $$`,
  `create function refuse_late_sims() returns trigger language plpgsql as $$
  begin
    if exists (select from added join audit_entry on audit_entry.id = added.entry_id
        where audit_entry.outcome <> 'OPEN') then
      raise exception '% is an audit record: a finished entry takes no more SIMs', tg_table_name;
    end if;
    return null;
  end $$`,

  `create trigger audit_entry_begins_open before insert on audit_entry for each row
    when (new.outcome <> 'OPEN')
    execute function refuse_audit_change('an entry begins open')`,
  `create trigger audit_entry_is_final before update on audit_entry for each row
    when (old.outcome <> 'OPEN'
      or (old.id, old.tenant, old.actor, old.at, old.action, old.arguments, old.request_id)
        is distinct from (new.id, new.tenant, new.actor, new.at, new.action, new.arguments, new.request_id))
    execute function refuse_audit_change('what it says cannot be changed')`,
  `create trigger change_sim_is_final before update on change_sim for each row
    when ((old.entry_id, old.position, old.tenant, old.actor, old.iccid)
        is distinct from (new.entry_id, new.position, new.tenant, new.actor, new.iccid)
      or (old.status not in ('PENDING', 'SENDING')
        and not (old.status = 'UNKNOWN' and new.status = 'SUCCEEDED')))
    execute function refuse_audit_change('what it says cannot be changed')`,
  `create trigger change_sim_is_complete after insert on change_sim referencing new table as added
    for each statement execute function refuse_late_sims()`,
  ...['audit_entry', 'change_sim'].flatMap((table) => [
    `create trigger ${table}_is_kept before delete on ${table} for each row
      execute function refuse_audit_deletion()`,
    `create trigger ${table}_is_not_emptied before truncate on ${table}
      execute function refuse_audit_change('it is never emptied')`,
  ]),
];

/**
 * Runs with the rights of whoever owns the tables: the gateway's own role needs none to delete from them. What it names is
 * looked for in our schema and nowhere else, temporary tables last. `most` bounds the rows of SIMs that go with the entries.
 */
const retention = (schema: string) => `
  create function forget_audit_entries(keep interval, most integer) returns integer
  language plpgsql security definer set search_path = ${schema}, pg_temp as $$
  declare
    forgotten integer;
  begin
    if keep < interval '1 day' then
      raise exception 'audit entries are kept for a day at least';
    end if;
    perform set_config('sim_gateway.expired_before', (now() - keep)::text, true);
    with oldest as (
      select id, at, greatest(sim_count, 1) as weight from audit_entry
      where at < now() - keep and outcome <> 'OPEN'
      order by at, id limit most
    ), expired as (
      select id, sum(weight) over (order by at, id) - weight as before from oldest
    )
    delete from audit_entry using expired where audit_entry.id = expired.id and expired.before < most;
    get diagnostics forgotten = row_count;
    perform set_config('sim_gateway.expired_before', '', true);
    return forgotten;
  end $$`;
