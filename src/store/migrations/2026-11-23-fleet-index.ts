import { type Kysely, type Migration, sql } from 'kysely';

/** The index of the fleet: a row for each SIM of an account, and how far the gateway has read it. */
export const fleetIndex: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [
      ...tables,
      ...countAfter('insert'),
      ...countAfter('update'),
      ...countAfter('delete'),
    ])
      await sql.raw(statement).execute(db);
    await sql.raw(trigrams).execute(db);
  },
};

const tables = [
  `create table fleet_sim (
    tenant text not null,
    iccid text collate "C" not null,
    eid text,
    name text collate "C",
    group_name text collate "C",
    msisdn text,
    imsi text,
    imei text,
    type text collate "C",
    form_factor text,
    apn text,
    data_limit_megabytes integer,
    active_profile text,
    downloaded_profiles text[] not null,
    is_limit_told boolean not null,
    are_profiles_told boolean not null,
    state text collate "C" not null,
    pending_state text,
    is_transitioning boolean not null,
    raw_state text,
    legacy_primary text,
    legacy_secondary text,
    last_network_activity_at timestamptz(3),
    last_modified_at timestamptz(3),
    last_data_session_at timestamptz(3),
    usage_updated_at timestamptz(3),
    cost_month text,
    data_plan text,
    used_bytes bigint,
    cost_amount double precision,
    cost_currency text,
    cost_marks text,
    cost_asked_at timestamptz,
    used_percent double precision generated always as
      (used_bytes::double precision * 100 / (data_limit_megabytes::double precision * 1000000)) stored,
    search text collate "C" not null,
    fingerprint text not null,
    seen_at timestamptz not null,
    moving_since timestamptz,
    look_at timestamptz,
    primary key (tenant, iccid)
  ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02)`,
  ...['name', 'used_bytes', 'last_network_activity_at', 'last_data_session_at', 'last_modified_at'].map(
    indexBy,
  ),
  // SIMs near their limit are asked for more than others, with conditions that can be told from the index alone.
  `create index fleet_sim_used_percent on fleet_sim (tenant, used_percent, iccid)
    include (state, group_name, is_transitioning, type, last_data_session_at)`,
  // So many SIMs have the same that they cannot be sorted by ICCID each time, either way.
  ...['state', 'group_name'].map(indexBy),
  ...['state', 'group_name'].map(
    (column) => `create index fleet_sim_${column}_desc on fleet_sim (tenant, ${column} desc, iccid)`,
  ),
  'create index fleet_sim_due on fleet_sim (look_at) where look_at is not null',

  // How many SIMs there are in each group and state, kept by triggers, so that a million of them are counted in no time. SIMs in no
  // group have the empty name, which no group has.
  `create table fleet_count (
    tenant text not null,
    group_name text collate "C" not null,
    state text collate "C" not null,
    total integer not null,
    transitioning integer not null,
    over_data_limit integer not null,
    used_bytes bigint not null,
    primary key (tenant, group_name, state)
  )`,

  `create table fleet_sync (
    tenant text primary key,
    account text not null,
    begun_at timestamptz(3) not null,
    walked_at timestamptz(3)
  )`,
];

/** The rows that a statement has changed, each to be counted or taken off. */
const changedRows = {
  insert: 'select *, 1 as step from added',
  update: 'select *, 1 as step from added union all select *, -1 as step from gone',
  delete: 'select *, -1 as step from gone',
} as const;

const transitionTables = {
  insert: 'new table as added',
  update: 'old table as gone new table as added',
  delete: 'old table as gone',
} as const;

function countAfter(event: keyof typeof changedRows): string[] {
  return [
    `create function count_fleet_${event}() returns trigger language plpgsql as $$
    begin
      insert into fleet_count as known (tenant, group_name, state, total, transitioning, over_data_limit, used_bytes)
      select * from (
        select tenant, coalesce(group_name, ''), state, sum(step) as total,
          coalesce(sum(step) filter (where is_transitioning), 0) as transitioning,
          coalesce(sum(step) filter (where used_percent > 100), 0) as over_data_limit,
          coalesce(sum(step * used_bytes), 0) as used_bytes
        from (${changedRows[event]}) as changed
        group by 1, 2, 3
      ) as step
      where total <> 0 or transitioning <> 0 or over_data_limit <> 0 or used_bytes <> 0
      -- In one order, so that two gateways do not wait for each other.
      order by 1, 2, 3
      on conflict (tenant, group_name, state) do update set
        total = known.total + excluded.total,
        transitioning = known.transitioning + excluded.transitioning,
        over_data_limit = known.over_data_limit + excluded.over_data_limit,
        used_bytes = known.used_bytes + excluded.used_bytes;
      return null;
    end $$`,
    `create trigger count_fleet_${event} after ${event} on fleet_sim
      referencing ${transitionTables[event]}
      for each statement execute function count_fleet_${event}()`,
  ];
}

function indexBy(column: string): string {
  return `create index fleet_sim_${column} on fleet_sim (tenant, ${column}, iccid)`;
}

/**
 * The index that finds a part of a text. Its extension comes with PostgreSQL, and whoever may make things in the database may switch
 * it on; where nobody may, parts of texts are found by looking through all SIMs. Other gateways may be doing the same at this moment.
 */
const trigrams = `do $$
  declare
    home text;
  begin
    if not exists (select from pg_extension where extname = 'pg_trgm') then
      begin
        create extension if not exists pg_trgm schema public;
      exception when others then
        null;
      end;
    end if;
    select quote_ident(nspname) into home
    from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_trgm';
    if home is not null then
      execute format('create index fleet_sim_search on fleet_sim using gin (search %s.gin_trgm_ops)', home);
    end if;
  end $$`;
