import { type Kysely, type Migration, sql } from 'kysely';

/** The index of the fleet: a row for each SIM of an account, and how far the gateway has read it. */
export const fleetIndex: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of tables) await sql.raw(statement).execute(db);
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
    cost_read_at timestamptz,
    used_percent double precision generated always as
      (used_bytes::double precision * 100 / (data_limit_megabytes::double precision * 1000000)) stored,
    search text collate "C" not null,
    fingerprint text not null,
    seen_at timestamptz not null,
    moving_since timestamptz,
    look_at timestamptz,
    primary key (tenant, iccid)
  )`,
  ...[
    'name',
    'group_name',
    'used_bytes',
    'used_percent',
    'last_network_activity_at',
    'last_data_session_at',
  ].map(indexBy),
  indexBy('last_modified_at'),
  indexBy('state'),
  'create index fleet_sim_due on fleet_sim (look_at) where look_at is not null',

  `create table fleet_sync (
    tenant text primary key,
    account text not null,
    begun_at timestamptz(3) not null,
    walked_at timestamptz(3)
  )`,
];

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
