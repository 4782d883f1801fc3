import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Sim, SimCost } from '../../sim-api/index.ts';
import type { Database } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import { createDatabaseClock } from './database-clock.store.ts';
import { costNames, list, recordColumns, simNames } from './sim-columns.store.ts';
import { columnsOf, costColumnsOf } from './sim-row.ts';

/** A SIM as it was told. */
export interface Told {
  readonly sim: Sim;
  /** When the read began that told it, by the monotonic clock: what an earlier read tells later counts for nothing. */
  readonly askedAtMs: number;
  /** What it cost in a month, where that was asked for; undefined where nobody would tell. */
  readonly cost?: { readonly month: string; readonly cost: SimCost | null | undefined } | undefined;
}

/** A SIM before a change of it that was accepted, and after it. */
export interface SimChange {
  readonly before: Sim;
  readonly after: Sim;
}

/** The SQL that writes SIMs into the index, and takes them out. Errors of all: StoreUnavailable. */
export type KeepStore = ReturnType<typeof createKeepStore>;

const rowsAtOnce = 1000;

/** A cost that was not asked for leaves the one that is there. */
const keepCost = (name: string) =>
  `${name} = case when excluded.cost_asked_at is null then known.${name} else excluded.${name} end`;

/** Whether a SIM is still on the way on which it was before. */
const isStillMoving = sql`known.is_transitioning and known.pending_state is not distinct from excluded.pending_state`;

/** The index over a store, for the SIMs of one account; where another one is kept for the tenant, nothing is written. */
export function createKeepStore(store: Store, tenant: string, account: string, clock: Clock, log: Log) {
  const databaseClock = createDatabaseClock(store, clock);

  /** One writer at a time, of all gateways: each statement counts by groups and states, and two would wait for each other's. */
  const write = (statements: (db: Kysely<Database>) => Promise<unknown>) =>
    store.transaction(async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`sim-gateway writing down the fleet ${tenant} in `} || current_schema(), 0))`.execute(
        db,
      );
      const { rows } = await sql`
        select from fleet_sync where tenant = ${tenant} and account = ${account}`.execute(db);
      if (rows.length > 0) await statements(db);
    });

  /** Writes SIMs down; what cannot be written holds up nobody else. */
  async function keepSome(told: readonly Told[]): Promise<void> {
    const instantOf = await databaseClock.read();
    const records = told.map(({ sim, askedAtMs, cost }) => ({
      ...columnsOf(sim),
      ...(cost && { ...costColumnsOf(sim, cost.month, cost.cost), cost_asked_at: instantOf(askedAtMs) }),
      seen_at: instantOf(askedAtMs),
    }));
    try {
      await write((db) => insert(db, JSON.stringify(records)));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (told.length === 1) {
        // The words of the database may repeat a phone number.
        const code = error instanceof Error && 'code' in error ? error.code : null;
        log.warn({ code, iccid: told[0]?.sim.iccid }, 'fleet: a SIM cannot be written down');
        return;
      }
      const middle = Math.ceil(told.length / 2);
      await keepSome(told.slice(0, middle));
      await keepSome(told.slice(middle));
    }
  }

  const insert = (db: Kysely<Database>, records: string) =>
    sql`
      insert into fleet_sim as known
        (tenant, ${list([...simNames, ...costNames])}, cost_asked_at, seen_at, watched_since, look_at)
      select ${tenant}, ${list([...simNames, ...costNames], (name) => `told.${name}`)},
        told.cost_asked_at, told.seen_at,
        case when told.is_transitioning then clock_timestamp() end,
        case when told.is_transitioning then clock_timestamp() + interval '2 seconds' end
      from json_to_recordset(${records}::json) as told (${recordColumns})
      left join fleet_sim as before on before.tenant = ${tenant} and before.iccid = told.iccid
      where before.iccid is null or told.cost_asked_at is not null
        or (before.fingerprint <> told.fingerprint and before.seen_at < told.seen_at)
      order by told.iccid
      on conflict (tenant, iccid) do update set
        ${list(simNames, (name) => `${name} = excluded.${name}`)}, ${list([...costNames, 'cost_asked_at'], keepCost)},
        seen_at = excluded.seen_at,
        watched_since = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.watched_since else clock_timestamp() end,
        look_at = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.look_at else excluded.look_at end
      where known.seen_at < excluded.seen_at`.execute(db);

  return {
    /**
     * Writes down what is new, each SIM named once: one that is told as it is known costs no write. A SIM that is under way is to be
     * looked at soon.
     */
    async keep(told: readonly Told[]): Promise<void> {
      for (let start = 0; start < told.length; start += rowsAtOnce)
        await keepSome(told.slice(start, start + rowsAtOnce));
    },

    /**
     * Writes down what accepted changes have made of SIMs, and nothing else of them: what else is known of a SIM may be newer than
     * the change.
     */
    async change(changes: readonly SimChange[]): Promise<void> {
      for (const [names, records] of recordsByColumns(changes)) {
        const startsMoving = names.includes('is_transitioning');
        const followed = sql`, watched_since = clock_timestamp(), look_at = clock_timestamp() + interval '2 seconds'`;
        await write((db) =>
          sql`
            update fleet_sim as known set
              ${sql.raw(names.map((name) => `${name} = told.${name}`).join(', '))}, fingerprint = '', seen_at = clock_timestamp()
              ${startsMoving ? followed : sql``}
            from json_to_recordset(${JSON.stringify([...records.values()])}::json) as told (${recordColumns})
            where known.tenant = ${tenant} and known.iccid = told.iccid`.execute(db),
        );
      }
    },

    /** Forgets SIMs that have left the account, unless somebody has seen them since. */
    async remove(iccids: readonly string[], askedAtMs: number): Promise<void> {
      if (iccids.length === 0) return;
      const seenAt = (await databaseClock.read())(askedAtMs);
      await write((db) =>
        sql`
          delete from fleet_sim
          where tenant = ${tenant} and iccid = any(${[...iccids]}::text[]) and seen_at < ${seenAt}`.execute(
          db,
        ),
      );
    },
  };
}

/** Records of what changes have changed, by their columns and by ICCID; of two changes of the same columns the later one counts. */
function recordsByColumns(changes: readonly SimChange[]): Map<readonly string[], Map<string, object>> {
  const groups = new Map<string, Map<string, object>>();
  for (const { before, after } of changes) {
    const was: Readonly<Record<string, unknown>> = columnsOf(before);
    const columns = Object.entries(columnsOf(after)).filter(
      ([name, value]) => name !== 'fingerprint' && JSON.stringify(was[name]) !== JSON.stringify(value),
    );
    if (columns.length === 0) continue;
    const key = columns.map(([name]) => name).join();
    const records = groups.get(key) ?? new Map<string, object>();
    groups.set(key, records.set(after.iccid, { iccid: after.iccid, ...Object.fromEntries(columns) }));
  }
  return new Map([...groups].map(([key, records]) => [key.split(','), records]));
}
