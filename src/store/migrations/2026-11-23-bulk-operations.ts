import { type Kysely, type Migration, sql } from 'kysely';
import PgBoss from 'pg-boss';

/** The one queue of wake-up calls: of one kind, no more than one waits. */
export const wakeUpQueue = 'bulk';

/** Bulk operations, their chunks and their pace, and the job queue that wakes who works on them. */
export const bulkOperations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ schema: string }>`select quote_ident(current_schema()) as schema`.execute(
      db,
    );
    const [{ schema }] = rows as [{ schema: string }];
    if (!/^[a-z_][a-z0-9_]{0,49}$/.test(schema))
      throw new Error(
        `the tables need a schema whose name is small letters, digits and _, which ${schema} is not`,
      );
    for (const statement of [...tables, ...guards, retention(schema), jobTables(schema)])
      await sql.raw(statement).execute(db);
    const options = JSON.stringify({ policy: 'short', retryLimit: 0, retentionMinutes: 60 });
    await sql`select create_queue(${wakeUpQueue}, ${options}::json)`.execute(db);
  },
};

const tables = [
  // Its id is that of its entry in the audit log.
  `create table bulk_operation (
    id uuid primary key references audit_entry on delete cascade,
    tenant text not null,
    actor text not null,
    action text not null,
    change jsonb,
    group_name text,
    expected_count integer,
    follows boolean not null,
    status text not null
      check (status in ('QUEUED', 'RUNNING', 'SETTLING', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'CANCELED', 'FAILED')),
    total integer not null,
    error jsonb,
    created_at timestamptz(3) not null default clock_timestamp(),
    served_at timestamptz not null default clock_timestamp(),
    canceled_at timestamptz,
    finished_at timestamptz(3),
    check ((finished_at is null) = (status in ('QUEUED', 'RUNNING', 'SETTLING'))),
    check (finished_at is null or change is null)
  )`,
  'create index bulk_operation_newest on bulk_operation (tenant, created_at desc, id desc)',
  'create index bulk_operation_open on bulk_operation (served_at) where finished_at is null',

  `create table bulk_target (
    operation_id uuid not null references bulk_operation on delete cascade,
    ref text not null,
    position integer not null,
    tenant text not null,
    actor text not null,
    primary key (operation_id, ref)
  )`,
  'create index bulk_target_order on bulk_target (operation_id, position, ref)',

  // Number -1 is the walk through a group; its place in the list is kept in walked_to.
  `create table bulk_chunk (
    operation_id uuid not null references bulk_operation on delete cascade,
    number integer not null,
    tenant text not null,
    actor text not null,
    refs text[] not null,
    status text not null default 'WAITING' check (status in ('WAITING', 'SETTLING', 'DONE')),
    is_begun boolean not null default false,
    due_at timestamptz not null default clock_timestamp(),
    tries integer not null default 0,
    puzzles integer not null default 0,
    hand uuid unique,
    owner uuid,
    lease_until timestamptz,
    walked_to integer not null default 0,
    sent integer not null default 0,
    succeeded integer not null default 0,
    failed integer not null default 0,
    unknown integer not null default 0,
    not_sent integer not null default 0,
    codes text[] not null default '{}',
    settling integer[] not null default '{}',
    strayed integer[] not null default '{}',
    primary key (operation_id, number)
  )`,
  `create index bulk_chunk_free on bulk_chunk (operation_id, number) where hand is null and status <> 'DONE'`,

  `alter table change_sim add column chunk integer`,
  // By whatever keys a list named it: a SIM is in a bulk operation once.
  `create unique index change_sim_once on change_sim (entry_id, iccid) where chunk is not null`,

  `create table upstream_pace (
    tenant text primary key,
    next_at timestamptz not null
  )`,
];

/** A SIM that was accepted may turn out to have settled elsewhere, while its operation lasts. */
const guards = [
  'drop trigger change_sim_is_final on change_sim',
  `create trigger change_sim_is_final before update on change_sim for each row
    when ((old.entry_id, old.position, old.tenant, old.actor, old.iccid)
        is distinct from (new.entry_id, new.position, new.tenant, new.actor, new.iccid)
      or (old.status not in ('PENDING', 'SENDING')
        and not (old.status = 'UNKNOWN' and new.status = 'SUCCEEDED')
        and not (old.status = 'SUCCEEDED' and new.status = 'FAILED'
          and new.error ->> 'code' is not distinct from 'STATE_NOT_REACHED')))
    execute function refuse_audit_change('what it says cannot be changed')`,
  `create function refuse_late_turn() returns trigger language plpgsql as $$
  begin
    if exists (select from audit_entry where id = new.entry_id and outcome <> 'OPEN') then
      raise exception '% is an audit record: its entry has ended', tg_table_name;
    end if;
    return new;
  end $$`,
  `create trigger change_sim_turns_in_time before update on change_sim for each row
    when (old.status = 'SUCCEEDED')
    execute function refuse_late_turn()`,
];

/** The same as before, but the SIMs of an entry with very many of them go first and by parts. Gives the rows that went. */
const retention = (schema: string) => `
  create or replace function forget_audit_entries(keep interval, most integer) returns integer
  language plpgsql security definer set search_path = ${schema}, pg_temp as $$
  declare
    forgotten integer;
  begin
    if keep < interval '1 day' then
      raise exception 'audit entries are kept for a day at least';
    end if;
    perform set_config('sim_gateway.expired_before', (now() - keep)::text, true);
    delete from change_sim where (entry_id, position) in (
      select entry_id, position from change_sim where entry_id in (
        select id from audit_entry where at < now() - keep and outcome <> 'OPEN' and sim_count > most
      ) limit most
    );
    get diagnostics forgotten = row_count;
    if forgotten = 0 then
      with oldest as (
        select id, at, case when sim_count > most then 1 else greatest(sim_count, 1) end as weight from audit_entry
        where at < now() - keep and outcome <> 'OPEN'
        order by at, id limit most
      ), expired as (
        select id, sum(weight) over (order by at, id) - weight as before from oldest
      )
      delete from audit_entry using expired where audit_entry.id = expired.id and expired.before < most;
      get diagnostics forgotten = row_count;
    end if;
    perform set_config('sim_gateway.expired_before', '', true);
    return forgotten;
  end $$`;

/** The tables of the job queue, in our schema and in our transaction. */
function jobTables(schema: string): string {
  const plan = PgBoss.getConstructionPlans(schema)
    .replace(/^\s*(?:BEGIN|COMMIT);/gm, '')
    .replace(/CREATE SCHEMA IF NOT EXISTS \w+\s*;/, '');
  if (/\b(?:BEGIN|COMMIT|CREATE SCHEMA)\b;?\s*$/m.test(plan.replace(/\$\$[\s\S]*?\$\$/g, '')))
    throw new Error('the plan of the job tables is not the one this migration was written for');
  return plan;
}
