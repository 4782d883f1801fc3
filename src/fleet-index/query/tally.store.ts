import { type RawBuilder, sql } from 'kysely';
import type { DecidingField, Dependence, Sim } from '../../sim-api/index.ts';
import type { Store } from '../../store/index.ts';
import { type FleetScope, matches } from './filter.store.ts';
import { columns } from './row.store.ts';

/** SIMs of one chunk that are equal in the fields that were asked for. */
export interface TalliedSims {
  /** Number of the chunk in the list of the SIMs by ascending ICCID, from 0. */
  readonly chunk: number;
  readonly count: number;
  /** The first of them. Fields that were not asked for have no value. */
  readonly sim: Sim;
}

export interface TallyQuery {
  readonly scope: FleetScope;
  /** SIMs that are equal in these fields are counted together. */
  readonly fields: readonly Dependence[];
  /**
   * Called first, with the number of SIMs and the largest number of digits of their ICCIDs. Returns the number of SIMs of a chunk, 1 or
   * more. Errors end the tally.
   */
  readonly chunkSizeFor: (total: number, iccidDigits: number) => number;
  /** Called once for each set of equal SIMs. */
  readonly add: (tallied: TalliedSims) => void;
}

const batchSize = 1000;

type TalliedRow = Partial<Sim> & { readonly iccid: string; readonly chunk: number; readonly sims: number };

/**
 * Counts the SIMs in a scope, as of one snapshot, by chunk and by the fields that were asked for. Occupies a connection for reads until it
 * ends: one to four seconds for a million SIMs. Errors: StoreUnavailable, and those of `chunkSizeFor`.
 */
export async function tallySims(
  store: Store,
  { scope, fields, chunkSizeFor, add }: TallyQuery,
): Promise<void> {
  await store.runOnReadPool((pool) =>
    pool
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (db) => {
        const { rows: counted } = await sql<{ sims: number; digits: number | null }>`
          select count(*)::int as sims, max(length(iccid)) as digits from fleet_sim where ${matches(scope)}`.execute(
          db,
        );
        const [{ sims, digits } = { sims: 0, digits: null }] = counted;
        const chunkSize = chunkSizeFor(sims, digits ?? 0);
        await sql`declare tally no scroll cursor for ${tallyOf(scope, fields, chunkSize)}`.execute(db);
        for (let isMore = true; isMore; ) {
          const { rows } = await sql<TalliedRow>`fetch ${sql.lit(batchSize)} from tally`.execute(db);
          for (const { chunk, sims: count, ...sim } of rows) add({ chunk, count, sim: simOf(sim) });
          isMore = rows.length === batchSize;
        }
      }),
  );
}

function tallyOf(
  scope: FleetScope,
  fields: readonly Dependence[],
  chunkSize: number,
): RawBuilder<TalliedRow> {
  const values = sql.join(fields.map(groupedBy));
  const names = sql.raw(fields.flatMap(({ field }) => rawColumns(field)).join(', '));
  return sql`
    select chunk, sims, iccid, ${fieldsOf(fields)}
    from (
      select chunk, count(*)::int as sims, min(iccid) as iccid, ${names}
      from (
        select ((row_number() over (order by iccid) - 1) / ${sql.lit(chunkSize)}::int)::int as chunk, iccid, ${values}
        from fleet_sim where ${matches(scope)}
      ) as sim
      group by chunk, ${names}
    ) as tallied`;
}

export interface SimKeys {
  readonly iccids: readonly string[];
  readonly eids: readonly string[];
}

/** The SIMs with one of these keys, with values for the fields that were asked for, and their keys. Errors: StoreUnavailable. */
export async function simsByKeys(
  store: Store,
  tenant: string,
  { iccids, eids }: SimKeys,
  fields: readonly Dependence[],
): Promise<Sim[]> {
  const asked = [...new Set(['eid' as const, ...fields.map(({ field }) => field)])];
  const select = sql`select iccid, ${fieldsOf(asked.map((field) => ({ field })))} from fleet_sim where tenant = ${tenant}`;
  const found = await Promise.all(
    [
      { column: 'iccid', keys: iccids },
      { column: 'eid', keys: eids },
    ].map(async ({ column, keys }) => {
      if (keys.length === 0) return [];
      const statement = sql<
        Partial<Sim> & { iccid: string }
      >`${select} and ${sql.ref(column)} = any(${[...keys]}::text[])`;
      return (await store.runOnReadPool((db) => statement.execute(db))).rows;
    }),
  );
  return found.flat().map(simOf);
}

/** The columns of a field; `legacyStatus` has two. */
function rawColumns(field: DecidingField): readonly string[] {
  return field === 'legacyStatus' ? ['legacy_primary', 'legacy_secondary'] : [columns[field]];
}

/** The columns of a field, reduced to the values that make a difference. */
function groupedBy({ field, value }: Dependence): RawBuilder<unknown> {
  const names = rawColumns(field);
  const column = sql.raw(names.join(', '));
  // Each eSIM has its own EID. Only the presence of an EID counts.
  if (field === 'eid') return sql`left(eid, 0) as eid`;
  if (value === undefined) return column;
  return sql`case when ${column} = ${value} then ${column} end as ${column}`;
}

function fieldsOf(fields: readonly Dependence[]): RawBuilder<unknown> {
  return sql.raw(fields.map(({ field }) => `${columns[field]} as "${field}"`).join(', '));
}

/** A SIM about which nothing is known. */
const blank: Sim = {
  iccid: '',
  eid: null,
  name: null,
  groupName: null,
  msisdn: null,
  imsi: null,
  imei: null,
  type: null,
  formFactor: null,
  apn: null,
  dataLimitMegabytes: null,
  activeProfile: null,
  downloadedProfiles: [],
  hasDataLimitField: false,
  hasProfilesField: false,
  lastNetworkActivityAt: null,
  lastModifiedAt: null,
  lastDataSessionAt: null,
  usageUpdatedAt: null,
  state: 'UNKNOWN',
  pendingState: null,
  isTransitioning: false,
  rawState: null,
  legacyStatus: null,
};

function simOf(row: Partial<Sim>): Sim {
  return { ...blank, ...row };
}
