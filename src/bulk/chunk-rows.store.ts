import { type Kysely, type RawBuilder, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { serializeError } from '../errors/stored-error.ts';
import type { Database } from '../store/database.ts';
import type { ChunkSim, TakenChunk } from './chunk.ts';
import { type OperationKey, positionsPerChunk } from './targets.store.ts';

/** Which rows of change_sim are the SIMs of a chunk. */
export const isSimOf = (operationId: RawBuilder<unknown>, number: RawBuilder<unknown>) => sql`
  change_sim.entry_id = ${operationId} and change_sim.position >= ${number} * ${positionsPerChunk}
    and change_sim.position < (${number} + 1) * ${positionsPerChunk}`;

/** The same for a chunk at hand. */
export const isIn = ({ operationId, number }: TakenChunk) =>
  isSimOf(sql`${operationId}::uuid`, sql`${number}::int`);

/** What became of SIMs so far: sent, succeeded, failed, unknown, not sent. */
export const counted = sql`
  count(*) filter (where attempts > 0 and change_sim.status not in ('PENDING', 'NOT_SENT'))::int,
  count(*) filter (where change_sim.status = 'SUCCEEDED')::int,
  count(*) filter (where change_sim.status = 'FAILED')::int,
  count(*) filter (where change_sim.status = 'UNKNOWN')::int,
  count(*) filter (where change_sim.status = 'NOT_SENT')::int`;

/** Nobody knows of SIMs that are being sent by nobody any more. */
export async function giveUpSending(db: Kysely<Database>, chunk: TakenChunk): Promise<void> {
  const error = JSON.stringify(serializeError(new GatewayError('OUTCOME_UNKNOWN')));
  await sql`
    update change_sim set status = 'UNKNOWN', error = ${error}::jsonb, settled_at = clock_timestamp()
    where ${isIn(chunk)} and status = 'SENDING'`.execute(db);
}

/**
 * Writes down the SIMs of a chunk; one that another chunk has already is left out, and the totals are corrected by it. A SIM with an
 * error is FAILED, the others are PENDING. Gives the SIMs that were written.
 */
export async function insertSims(
  db: Kysely<Database>,
  { id, tenant, actor }: OperationKey,
  number: number,
  iccids: readonly (string | null)[],
  errors: readonly (GatewayError | null)[] = [],
): Promise<ChunkSim[]> {
  const kept = iccids
    .map((_, index) => errors[index] ?? null)
    .map((error) => error && JSON.stringify(serializeError(error)));
  const { rows } = await sql<ChunkSim>`
    insert into change_sim (entry_id, tenant, actor, position, iccid, status, error, settled_at, chunk)
    select ${id}::uuid, ${tenant}, ${actor}, ${number * positionsPerChunk} + place - 1, iccid,
      case when error is null then 'PENDING' else 'FAILED' end, error::jsonb,
      case when error is null then null else clock_timestamp() end, ${number}
    from unnest(${[...iccids]}::text[], ${kept}::text[]) with ordinality as named (iccid, error, place)
    on conflict (entry_id, iccid) where chunk is not null do nothing
    returning position, iccid, status, false as "isSent"`.execute(db);
  const doubled = iccids.length - rows.length;
  if (doubled > 0) {
    const less = sql`${doubled} where id = ${id}::uuid`;
    await sql`update bulk_operation set total = total - ${less}`.execute(db);
    await sql`update audit_entry set sim_count = sim_count - ${less}`.execute(db);
  }
  return rows;
}
