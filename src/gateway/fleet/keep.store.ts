import { sql } from 'kysely';
import type { Sim, SimCost } from '../../sim-api/index.ts';
import type { Store } from '../../store/store.ts';
import { columnsOf, costColumnsOf } from './sim-row.ts';

/** A SIM as it was told. */
export interface Told {
  readonly sim: Sim;
  /** Milliseconds since the read began that told it: what an earlier read tells later counts for nothing. */
  readonly askedMsAgo: number;
  /** What it cost in a month, where that was read. */
  readonly cost?: { readonly month: string; readonly cost: SimCost | null } | undefined;
}

/** The SQL that writes SIMs into the index. */
export type KeepStore = ReturnType<typeof createKeepStore>;

/** The columns of what the SIM API tells of a SIM, and their types. */
const simColumns = {
  iccid: 'text',
  eid: 'text',
  name: 'text',
  group_name: 'text',
  msisdn: 'text',
  imsi: 'text',
  imei: 'text',
  type: 'text',
  form_factor: 'text',
  apn: 'text',
  data_limit_megabytes: 'integer',
  active_profile: 'text',
  downloaded_profiles: 'text[]',
  is_limit_told: 'boolean',
  are_profiles_told: 'boolean',
  state: 'text',
  pending_state: 'text',
  is_transitioning: 'boolean',
  raw_state: 'text',
  legacy_primary: 'text',
  legacy_secondary: 'text',
  last_network_activity_at: 'timestamptz',
  last_modified_at: 'timestamptz',
  last_data_session_at: 'timestamptz',
  usage_updated_at: 'timestamptz',
  search: 'text',
  fingerprint: 'text',
} as const satisfies Record<keyof ReturnType<typeof columnsOf>, string>;

/** Those of what was used and billed. */
const costColumns = {
  cost_month: 'text',
  data_plan: 'text',
  used_bytes: 'bigint',
  cost_amount: 'double precision',
  cost_currency: 'text',
  cost_marks: 'text',
} as const satisfies Record<keyof ReturnType<typeof costColumnsOf>, string>;

const simNames = Object.keys(simColumns);
const costNames = Object.keys(costColumns);
const list = (names: readonly string[], each: (name: string) => string = (name) => name) =>
  sql.raw(names.map(each).join(', '));

const recordColumns = list(
  Object.entries({ ...simColumns, ...costColumns, asked_ms_ago: 'double precision' }).map((column) =>
    column.join(' '),
  ),
);
/** A cost that was not read leaves the one that is there. */
const keepCost = (name: string) =>
  `${name} = case when excluded.cost_month is null then known.${name} else excluded.${name} end`;

/** Whether a SIM is still on the way on which it was before. */
const isStillMoving = sql`known.is_transitioning and known.pending_state is not distinct from excluded.pending_state`;

/** The index over a store, for the SIMs of one tenant. */
export function createKeepStore(store: Store, tenant: string) {
  return {
    /**
     * Writes down what is new, each SIM named once: one that is told as it is known costs no write. A SIM that is under way is to be
     * looked at soon. Errors: StoreUnavailable.
     */
    async keep(told: readonly Told[]): Promise<void> {
      if (told.length === 0) return;
      const records = told.map(({ sim, askedMsAgo, cost }) => ({
        ...columnsOf(sim),
        ...(cost && costColumnsOf(sim, cost.month, cost.cost)),
        asked_ms_ago: askedMsAgo,
      }));
      await store.run((db) =>
        sql`
          with told as (
            select *, clock_timestamp() - make_interval(secs => asked_ms_ago / 1000) as seen_at
            from json_to_recordset(${JSON.stringify(records)}::json) as record (${recordColumns})
          )
          insert into fleet_sim as known
            (tenant, ${list(simNames)}, ${list(costNames)}, cost_read_at, seen_at, moving_since, look_at)
          select ${tenant}, ${list([...simNames, ...costNames], (name) => `told.${name}`)},
            case when told.cost_month is not null then clock_timestamp() end, told.seen_at,
            case when told.is_transitioning then clock_timestamp() end,
            case when told.is_transitioning then clock_timestamp() + interval '2 seconds' end
          from told left join fleet_sim as before on before.tenant = ${tenant} and before.iccid = told.iccid
          where before.iccid is null or told.cost_month is not null
            or (before.fingerprint <> told.fingerprint and before.seen_at < told.seen_at)
          -- In one order, so that two gateways do not wait for each other.
          order by told.iccid
          on conflict (tenant, iccid) do update set
            ${list(simNames, (name) => `${name} = excluded.${name}`)}, ${list([...costNames, 'cost_read_at'], keepCost)},
            seen_at = excluded.seen_at,
            moving_since = case when not excluded.is_transitioning then null
              when ${isStillMoving} then known.moving_since else clock_timestamp() end,
            look_at = case when not excluded.is_transitioning then null
              when ${isStillMoving} then known.look_at else excluded.look_at end
          where known.seen_at < excluded.seen_at`.execute(db),
      );
    },
  };
}
