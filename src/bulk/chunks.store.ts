import { sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { releaseClaims, settleSims } from '../ledger/change-sims.store.ts';
import type { TakenChunk } from './chunk.ts';
import { inHand, isCanceled, type WithChunk } from './chunk-leases.store.ts';
import { counted, giveUpSending, isIn } from './chunk-rows.store.ts';
import { endOperation, setError } from './end-operation.store.ts';

/** How work on a chunk ended for now. */
export interface ChunkEnd {
  /** SIMs that were surely not sent after all: they wait again. */
  readonly held: readonly number[];
  /** Whether SIMs of unknown outcome may still tell, once they can be read. */
  readonly hasDoubts: boolean;
  /** Whether some SIMs could not be read for an answer that made no sense. */
  readonly isPuzzling: boolean;
  /** SIMs that are on their way to their states. */
  readonly settling: readonly number[];
  /** Those among them that were last seen settled elsewhere, once for each look in a row. */
  readonly strayed: readonly number[];
  /** When somebody should go on with it, where anything is left. */
  readonly dueInMs: number;
  /** What keeps it waiting; null where nothing does. */
  readonly waitsFor: GatewayError | null;
}

/**
 * Puts a chunk down: the rest waits, settles or is done, and with the last chunk its operation ends. Gives whether nothing is left
 * of it. Errors: StoreUnavailable, LeaseLost.
 */
export function putDown(withChunk: WithChunk, chunk: TakenChunk, end: ChunkEnd): Promise<boolean> {
  const { operationId } = chunk;
  const { held, isPuzzling, dueInMs, waitsFor } = end;
  // What was cancelled is looked at once more, and then ends.
  const hasDoubts = end.hasDoubts && !chunk.isCanceled;
  return withChunk(chunk, async (db) => {
    await releaseClaims(db, sql`${isIn(chunk)} and position = any(${held}::int[])`);
    await giveUpSending(db, chunk);
    const canceled = await isCanceled(db, operationId);
    if (canceled)
      await settleSims(db, isIn(chunk), ['PENDING'], { outcome: 'NOT_SENT', error: canceledError() });
    const settling = canceled ? [] : end.settling;
    const strayed = canceled ? [] : end.strayed;
    const { rows } = await sql<{ status: string }>`
      with told (sent, succeeded, failed, unknown, not_sent, pending, codes) as (
        select ${counted}, count(*) filter (where change_sim.status = 'PENDING')::int,
          coalesce(array_agg(distinct error ->> 'code') filter (where error is not null), '{}')
        from change_sim where ${isIn(chunk)}
      )
      update bulk_chunk set sent = told.sent, succeeded = told.succeeded, failed = told.failed,
        unknown = told.unknown,
        not_sent = case when is_begun or not ${canceled} then told.not_sent else cardinality(refs) end,
        codes = told.codes, settling = ${settling}::int[], strayed = ${strayed}::int[],
        status = case
          when told.pending > 0 or ${hasDoubts} or (not is_begun and not ${canceled}) then 'WAITING'
          when ${settling.length > 0} then 'SETTLING' else 'DONE' end,
        tries = case when ${waitsFor !== null} or (status = 'SETTLING' and ${settling.length > 0})
          then tries + 1 else 0 end,
        puzzles = case when ${isPuzzling} then puzzles + 1 else 0 end,
        due_at = clock_timestamp() + make_interval(secs => ${canceled ? 0 : dueInMs / 1000}),
        hand = null, owner = null, lease_until = null
      from told
      where ${inHand(chunk)}
      returning bulk_chunk.status`.execute(db);
    await setError(db, operationId, canceled ? null : waitsFor);
    if (rows[0]?.status !== 'WAITING') await endOperation(db, operationId);
    return rows[0]?.status === 'DONE';
  });
}

/** The error of SIMs that were not sent because their operation was cancelled. */
export function canceledError(): GatewayError {
  return new GatewayError('OPERATION_CANCELED', { message: 'Not sent: the operation was cancelled.' });
}
