import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Sim, SimCost } from '../../sim-api/index.ts';
import { type Store, StoreUnavailable } from '../../store/index.ts';
import { costNames, list, recordColumns, simNames } from '../sim-columns.store.ts';
import { columnsOf, costColumnsOf } from '../sim-row.ts';
import { createIndexWriter, type IndexWrite, indexNow } from './index-clock.store.ts';

/** A SIM as it was read from the SIM API. */
export interface ObservedSim {
  readonly sim: Sim;
  /** Start of the read, by the monotonic clock. A read that began earlier but arrives later is discarded. */
  readonly askedAtMs: number;
  /** A time of the index clock that is certainly before the read. */
  readonly notBefore?: Date | undefined;
  /** Replaces the stored cost if set. Its `cost` is null without a history in that month, undefined if it could not be read. */
  readonly cost?: { readonly month: string; readonly cost: SimCost | null | undefined } | undefined;
}

/** A SIM before and after an accepted change. */
export interface SimChange {
  readonly before: Sim;
  readonly after: Sim;
}

/** Statements that write and remove SIMs of the index. Errors of every method: StoreUnavailable. */
export type UpsertStore = ReturnType<typeof createUpsertStore>;

const batchSize = 1000;

/** Keeps the stored cost if this write has none. */
const knownOrNewCost = (name: string) =>
  `${name} = case when excluded.cost_asked_at is null then known.${name} else excluded.${name} end`;

/** Whether a SIM is still in the same transition as before. */
const isStillMoving = sql`known.is_transitioning and known.pending_state is not distinct from excluded.pending_state`;

/** Creates the upsert store of one account. It writes nothing if the index of the tenant belongs to another account. */
export function createUpsertStore(store: Store, tenant: string, account: string, clock: Clock, log: Log) {
  const write = createIndexWriter(store, tenant, account, clock);

  /** Writes a batch. Isolates rows that the database refuses by bisection and logs them; the other rows are written. */
  async function upsertBatch(observed: readonly ObservedSim[]): Promise<void> {
    try {
      await write(async (index) => {
        await insert(index, observed);
        await noteUnchanged(index, observed);
      });
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (observed.length === 1) {
        // The database's error message may contain a phone number.
        const code = error instanceof Error && 'code' in error ? error.code : null;
        log.warn({ code, iccid: observed[0]?.sim.iccid }, 'fleet: the database refuses a SIM; left out');
        return;
      }
      const middle = Math.ceil(observed.length / 2);
      await upsertBatch(observed.slice(0, middle));
      await upsertBatch(observed.slice(middle));
    }
  }

  function insert({ db, timeOf, syncStartedAt }: IndexWrite, observed: readonly ObservedSim[]) {
    const records = observed.map(({ sim, askedAtMs, notBefore, cost }) => {
      const seenAt = latest(timeOf(askedAtMs), notBefore);
      return {
        ...columnsOf(sim),
        ...(cost && { ...costColumnsOf(sim, cost.month, cost.cost), cost_asked_at: seenAt }),
        observed_at: seenAt,
      };
    });
    return sql`
      insert into fleet_sim as known
        (tenant, ${list([...simNames, ...costNames])}, cost_asked_at, observed_at, polling_since, next_poll_at)
      select ${tenant}, ${list([...simNames, ...costNames], (name) => `incoming.${name}`)},
        incoming.cost_asked_at, incoming.observed_at,
        case when incoming.is_transitioning then ${indexNow(tenant)} end,
        case when incoming.is_transitioning then ${indexNow(tenant)} + interval '2 seconds' end
      from json_to_recordset(${JSON.stringify(records)}::json) as incoming (${recordColumns})
      left join fleet_sim as before on before.tenant = ${tenant} and before.iccid = incoming.iccid
      left join fleet_read as newest on newest.tenant = ${tenant} and newest.iccid = incoming.iccid
      where (before.iccid is null or incoming.cost_asked_at is not null
          or (before.fingerprint <> incoming.fingerprint and before.observed_at < incoming.observed_at))
        and (newest.read_at is null or newest.read_at < incoming.observed_at)
        and ${isInTime(sql`incoming.observed_at`, syncStartedAt)}
      order by incoming.iccid
      on conflict (tenant, iccid) do update set
        ${list(simNames, (name) => `${name} = excluded.${name}`)}, ${list([...costNames, 'cost_asked_at'], knownOrNewCost)},
        observed_at = excluded.observed_at,
        polling_since = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.polling_since else ${indexNow(tenant)} end,
        next_poll_at = case when not excluded.is_transitioning then null
          when ${isStillMoving} then known.next_poll_at else excluded.next_poll_at end
      where known.observed_at < excluded.observed_at`.execute(db);
  }

  /** Records the read times of unchanged SIMs in fleet_read, because updating a row would rewrite each of its index entries. */
  async function noteUnchanged({ db, timeOf, syncStartedAt }: IndexWrite, observed: readonly ObservedSim[]) {
    const reads = observed
      .filter(({ cost }) => cost === undefined)
      .map(({ sim: { iccid }, askedAtMs, notBefore }) => ({
        iccid,
        read_at: latest(timeOf(askedAtMs), notBefore),
      }));
    if (reads.length === 0) return;
    await sql`
      insert into fleet_read as known (tenant, iccid, read_at)
      select ${tenant}, incoming.iccid, incoming.read_at
      from json_to_recordset(${JSON.stringify(reads)}::json) as incoming (iccid text, read_at timestamptz)
      join fleet_sim as before on before.tenant = ${tenant} and before.iccid = incoming.iccid and before.observed_at < incoming.read_at
      where ${isInTime(sql`incoming.read_at`, syncStartedAt)}
      on conflict (tenant, iccid) do update set read_at = excluded.read_at where known.read_at < excluded.read_at`.execute(
      db,
    );
  }

  return {
    /**
     * Writes SIMs that are new or changed; an unchanged row is not written, unless its cost was read. Each SIM may occur once. A SIM that
     * starts a transition is scheduled for a poll in 2 s.
     */
    async upsert(observed: readonly ObservedSim[]): Promise<void> {
      for (let start = 0; start < observed.length; start += batchSize)
        await upsertBatch(observed.slice(start, start + batchSize));
    },

    /** Writes only the columns that accepted changes have changed: the other columns may be newer than the change. */
    async change(changes: readonly SimChange[]): Promise<void> {
      for (const [names, records] of recordsByColumns(changes)) {
        const startsMoving = names.includes('is_transitioning');
        const followed = sql`, polling_since = ${indexNow(tenant)}, next_poll_at = ${indexNow(tenant)} + interval '2 seconds'`;
        await write(async ({ db }) => {
          await sql`
            update fleet_sim as known set
              ${sql.raw(names.map((name) => `${name} = incoming.${name}`).join(', '))}, fingerprint = '', observed_at = ${indexNow(tenant)}
              ${startsMoving ? followed : sql``}
            from json_to_recordset(${JSON.stringify([...records.values()])}::json) as incoming (${recordColumns})
            where known.tenant = ${tenant} and known.iccid = incoming.iccid`.execute(db);
        });
      }
    },

    /**
     * Deletes SIMs that have left the account, unless a later read has seen them. Records the read in fleet_read, so that an earlier read
     * that arrives later does not bring them back.
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
          where fleet_sim.tenant = ${tenant} and fleet_sim.iccid = any(${names}) and observed_at < ${readAt}
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

/** Whether a read began after the start of the latest full sync, which may still run. Earlier reads are discarded, even if that sync found no change. */
function isInTime(at: RawBuilder<unknown>, syncStartedAt: Date | null): RawBuilder<unknown> {
  return syncStartedAt === null ? sql`true` : sql`${at} >= ${syncStartedAt}`;
}

/** The changed values, grouped by the set of changed columns, then by ICCID. Of two changes of the same columns the later one wins. */
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
