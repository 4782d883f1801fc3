import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { toKept } from '../errors/kept-error.ts';
import type { TakenChunk } from './chunk.ts';
import { positionsPerChunk } from './target.store.ts';

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
  const error = JSON.stringify(toKept(new GatewayError('OUTCOME_UNKNOWN')));
  await sql`
    update change_sim set status = 'UNKNOWN', error = ${error}::jsonb, settled_at = clock_timestamp()
    where ${isIn(chunk)} and status = 'SENDING'`.execute(db);
}
