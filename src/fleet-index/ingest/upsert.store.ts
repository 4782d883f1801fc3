import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Sim, SimCost } from '../../sim-api/index.ts';
import { type Store, StoreUnavailable } from '../../store/index.ts';
import { costNames, list, recordColumns, simNames } from '../sim-columns.store.ts';
import { columnsOf, costColumnsOf } from '../sim-row.ts';
import { createIndexWriter, type IndexWrite, indexNow } from './index-clock.store.ts';

/** A SIM as it was told. */
export interface Told {
  readonly sim: Sim;
  /** When the read began that told it, by the monotonic clock: what an earlier read tells later counts for nothing. */
  readonly askedAtMs: number;
  /** A time of the index that was before the read for certain. */
  readonly notBefore?: Date | undefined;
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
  const write = createIndexWriter(store, tenant, account, clock);

  /** Writes SIMs down; what cannot be written holds up nobody else. */
  async function keepSome(told: readonly Told[]): Promise<void> {
    try {
      await write(async (index) => {
        await insert(index, told);
        await noteUnchanged(index, told);
      });
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

  function insert({ db, timeOf, syncStartedAt }: IndexWrite, told: readonly Told[]) {
    const records = told.map(({ sim, askedAtMs, notBefore, cost }) => {
      const seenAt = latest(timeOf(askedAtMs), notBefore);
      return {
        ...columnsOf(sim),
        ...(cost && { ...costColumnsOf(sim, cost.month, cost.cost), cost_asked_at: seenAt }),
        seen_at: seenAt,
      };
    });
    return sql`
      insert into fleet_sim as known
        (tenant, ${list([...simNames, ...costNames])}, cost_asked_at, seen_at, watched_since, look_at)
      select ${tenant}, ${list([...simNames, ...costNames], (name) => `told.${name}`)},
        told.cost_asked_at, told.seen_at,
        case when told.is_transitioning then ${indexNow(tenant)} end,
        case when told.is_transitioning then ${indexNow(tenant)} + interval '2 seconds' end
      from json_to_recordset(${JSON.stringify(records)}::json) as told (${recordColumns})
      left join fleet_sim as before on before.tenant = ${tenant} and before.iccid = told.iccid
      left join fleet_read as newest on newest.tenant = ${tenant} and newest.iccid = told.iccid
      where (before.iccid is null or told.cost_asked_at is not null
          or (before.fingerprint <> told.fingerprint and before.seen_at < told.seen_at))
        and (newest.read_at is null or newest.read_at < told.seen_at)
        and ${isInTime(sql`told.seen_at`, syncStartedAt)}
      order by told.iccid
      on conflict (tenant, iccid) do update set
        ${list(simNames, (name) => `${name} = excluded.${name}`)}, ${list([...costNames, 'cost_asked_at'], keepCost)},
        seen_at = excluded.seen_at,
        watched_since = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.watched_since else ${indexNow(tenant)} end,
        look_at = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.look_at else excluded.look_at end
      where known.seen_at < excluded.seen_at`.execute(db);
  }

  /** Notes when SIMs were read that are as they are known, beside their rows: to write one of those costs each of its index entries. */
  async function noteUnchanged({ db, timeOf, syncStartedAt }: IndexWrite, told: readonly Told[]) {
    const reads = told
      .filter(({ cost }) => cost === undefined)
      .map(({ sim: { iccid }, askedAtMs, notBefore }) => ({
        iccid,
        read_at: latest(timeOf(askedAtMs), notBefore),
      }));
    if (reads.length === 0) return;
    await sql`
      insert into fleet_read as known (tenant, iccid, read_at)
      select ${tenant}, told.iccid, told.read_at
      from json_to_recordset(${JSON.stringify(reads)}::json) as told (iccid text, read_at timestamptz)
      join fleet_sim as before on before.tenant = ${tenant} and before.iccid = told.iccid and before.seen_at < told.read_at
      where ${isInTime(sql`told.read_at`, syncStartedAt)}
      on conflict (tenant, iccid) do update set read_at = excluded.read_at where known.read_at < excluded.read_at`.execute(
      db,
    );
  }

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
        const followed = sql`, watched_since = ${indexNow(tenant)}, look_at = ${indexNow(tenant)} + interval '2 seconds'`;
        await write(async ({ db }) => {
          await sql`
            update fleet_sim as known set
              ${sql.raw(names.map((name) => `${name} = told.${name}`).join(', '))}, fingerprint = '', seen_at = ${indexNow(tenant)}
              ${startsMoving ? followed : sql``}
            from json_to_recordset(${JSON.stringify([...records.values()])}::json) as told (${recordColumns})
            where known.tenant = ${tenant} and known.iccid = told.iccid`.execute(db);
        });
      }
    },

    /**
     * Forgets SIMs that have left the account, unless they were seen since. Notes that they were not there: an earlier read that comes
     * later does not bring them back.
     */
    async remove(iccids: readonly string[], askedAtMs: number, notBefore?: Date): Promise<void> {
      if (iccids.length === 0) return;
      await write(async ({ db, timeOf, syncStartedAt }) => {
        const readAt = latest(timeOf(askedAtMs), notBefore);
        if (syncStartedAt !== null && readAt < syncStartedAt) return;
        const names = sql`${[...iccids]}::text[]`;
        await sql`
          insert into fleet_read as known (tenant, iccid, read_at)
          select ${tenant}, iccid, ${readAt} from unnest(${names}) as iccid
          on conflict (tenant, iccid) do update set read_at = excluded.read_at where known.read_at < excluded.read_at`.execute(
          db,
        );
        await sql`
          delete from fleet_sim using fleet_read as newest
          where fleet_sim.tenant = ${tenant} and fleet_sim.iccid = any(${names}) and seen_at < ${readAt}
            and newest.tenant = ${tenant} and newest.iccid = fleet_sim.iccid and newest.read_at <= ${readAt}`.execute(
          db,
        );
      });
    },
  };
}

function latest(one: Date, other: Date | undefined): Date {
  return other !== undefined && other > one ? other : one;
}

/** Whether a read began late enough: what began before the last sync counts for nothing, also if the sync found nothing new. */
function isInTime(at: RawBuilder<unknown>, syncStartedAt: Date | null): RawBuilder<unknown> {
  return syncStartedAt === null ? sql`true` : sql`${at} >= ${syncStartedAt}`;
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
