import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import { insertChunkSims, settleSims } from '../ledger/change-sims.store.ts';
import { addToSimCount } from '../ledger/detached-entry.store.ts';
import { unknown } from '../ledger/outcome.ts';
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
  await settleSims(db, isIn(chunk), ['SENDING'], unknown(null));
}

/**
 * Writes down the SIMs of a chunk; one that another chunk has already is left out, and the totals are corrected by it. A SIM with an
 * error is FAILED, the others are PENDING. Gives the SIMs that were written.
 */
export async function insertSims(
  db: Kysely<Database>,
  operation: OperationKey,
  number: number,
  iccids: readonly (string | null)[],
  errors: readonly (GatewayError | null)[] = [],
): Promise<ChunkSim[]> {
  const firstPosition = number * positionsPerChunk;
  const sims = await insertChunkSims(db, operation, { number, firstPosition }, iccids, errors);
  const doubled = iccids.length - sims.length;
  if (doubled > 0) {
    await sql`update bulk_operation set total = total - ${doubled} where id = ${operation.id}::uuid`.execute(
      db,
    );
    await addToSimCount(db, operation.id, -doubled);
  }
  return sims.map((sim) => ({ ...sim, isSent: false }));
}
