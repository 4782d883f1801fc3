import { type Kysely, type RawBuilder, sql } from 'kysely';
import { GatewayError, serializeError } from '../errors/index.ts';
import type { Database, SimStatus } from '../store/index.ts';
import type { NewEntry } from './entry.ts';
import type { Outcome } from './outcome.ts';

// The statements that write change_sim, for mutations and bulk operations. Each names the statuses that it replaces, so a late statement
// changes nothing.

export type Outcomes = readonly (readonly [position: number, Outcome])[];

type Sql = RawBuilder<unknown>;

interface InsertedSim {
  readonly position: number;
  readonly iccid: string | null;
  readonly status: SimStatus;
}

const always = sql`select`;

/**
 * Marks SIMs as SENDING. Returns false if some of them already have an outcome or `held` selects no row: then none may be sent. `held` is
 * a query for the row that permits sending; it locks that row until the claim is committed.
 */
export async function claimSims(
  db: Kysely<Database>,
  entryId: string,
  positions: readonly number[],
  held: Sql = always,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with held as (${held})
    update change_sim
    set status = 'SENDING', attempts = attempts + 1, first_sent_at = coalesce(first_sent_at, clock_timestamp())
    from held
    where entry_id = ${entryId}::uuid and position = any(${positions}::int[])
      and status in ('PENDING', 'SENDING')`.execute(db);
  return numAffectedRows === BigInt(positions.length);
}

/**
 * The statement that records outcomes, unless `held` selects no row. A recorded outcome stays; only UNKNOWN may become SUCCEEDED. The
 * row of `held` is locked before the SIMs.
 */
export function recordOutcomes(entryId: string, outcomes: Outcomes, held: Sql = always): Sql {
  const positions = outcomes.map(([position]) => position);
  const statuses = outcomes.map(([, { outcome }]) => outcome);
  const errors = outcomes.map(([, { error }]) => json(error));
  return sql`
    with held as (${held})
    update change_sim set status = given.status, error = given.error::jsonb, recorded_at = clock_timestamp()
    from held, unnest(${positions}::int[], ${statuses}::text[], ${errors}::text[]) as given (position, status, error)
    where entry_id = ${entryId}::uuid and change_sim.position = given.position
      and (change_sim.status in ('PENDING', 'SENDING')
        or (change_sim.status = 'UNKNOWN' and given.status = 'SUCCEEDED'))`;
}

/** Sets one outcome for all SIMs that match the condition and are in one of the statuses `from`. */
export async function setStatus(
  db: Kysely<Database>,
  which: Sql,
  from: readonly SimStatus[],
  { outcome, error }: Outcome,
): Promise<void> {
  await sql`
    update change_sim set status = ${outcome}, error = ${json(error)}::jsonb, recorded_at = clock_timestamp()
    where ${which} and status = any(${[...from]}::text[])`.execute(db);
}

/** Sets the claimed SIMs that match the condition back to PENDING; it must be certain that they were not sent. */
export async function releaseClaims(db: Kysely<Database>, which: Sql): Promise<void> {
  await sql`update change_sim set status = 'PENDING' where ${which} and status = 'SENDING'`.execute(db);
}

/**
 * Inserts the SIMs of a chunk from a position on, and returns those that were inserted. A SIM that the entry has already, in
 * another chunk or under another key of this one, is left out. A SIM with an error is FAILED, the others are PENDING.
 */
export async function insertChunkSims(
  db: Kysely<Database>,
  { id, tenant, actor }: Pick<NewEntry, 'id' | 'tenant' | 'actor'>,
  chunk: { readonly number: number; readonly firstPosition: number },
  iccids: readonly (string | null)[],
  errors: readonly (GatewayError | null)[],
): Promise<InsertedSim[]> {
  const stored = iccids.map((_, index) => json(errors[index] ?? null));
  const { rows } = await sql<InsertedSim>`
    insert into change_sim (entry_id, tenant, actor, position, iccid, status, error, recorded_at, chunk)
    select ${id}::uuid, ${tenant}, ${actor}, ${chunk.firstPosition} + place - 1, iccid,
      case when error is null then 'PENDING' else 'FAILED' end, error::jsonb,
      case when error is null then null else clock_timestamp() end, ${chunk.number}
    from unnest(${[...iccids]}::text[], ${stored}::text[]) with ordinality as named (iccid, error, place)
    on conflict (entry_id, iccid) where chunk is not null do nothing
    returning position, iccid, status`.execute(db);
  return rows;
}

/** Closes the SIMs of entries that no gateway sends any more: PENDING becomes NOT_SENT, SENDING becomes UNKNOWN. */
export async function closeUnresolved(db: Kysely<Database>, entryIds: readonly string[]): Promise<void> {
  await sql`
    update change_sim set recorded_at = clock_timestamp(),
      status = case status when 'PENDING' then 'NOT_SENT' else 'UNKNOWN' end,
      error = case status when 'PENDING' then ${json(new GatewayError('GATEWAY_STOPPED'))}::jsonb
        else ${json(new GatewayError('OUTCOME_UNKNOWN'))}::jsonb end
    where entry_id = any(${entryIds}::uuid[]) and status in ('PENDING', 'SENDING')`.execute(db);
}

function json(error: GatewayError | null): string | null {
  return error && JSON.stringify(serializeError(error));
}
