import { sql } from 'kysely';
import { type StoredError, serializeError } from '../errors/stored-error.ts';
import type { SimOutcome } from '../gateway/sim/sim-payload.type.ts';
import type { Store } from '../store/store.ts';
import { canceledError } from './chunks.store.ts';
import { positionsPerChunk } from './targets.store.ts';

/** What became of one SIM, and its place. */
export interface KeptResult {
  readonly position: number;
  readonly iccid: string | null;
  /** The EID that named the SIM; null if another key did. */
  readonly eid: string | null;
  readonly status: SimOutcome;
  readonly error: StoredError | null;
}

/** The SQL of the results of bulk operations. Errors: StoreUnavailable. */
export function createResultStore(store: Store) {
  return {
    /** What became of SIMs, those with one of these outcomes, behind a position and in their order. */
    async results(
      tenant: string,
      id: string,
      outcomes: readonly SimOutcome[],
      behind: number,
      most: number,
    ): Promise<KeptResult[]> {
      const canceled = JSON.stringify(serializeError(canceledError()));
      const { rows } = await store.run((db) =>
        sql<KeptResult>`
          select result.position, result.iccid, case when length(result.ref) = 32 then result.ref end as eid, result.status, result.error
          from (
            select number, refs, is_begun from bulk_chunk
            where operation_id = ${id}::uuid and tenant = ${tenant} and number >= 0
              and number >= ${Math.floor(behind / positionsPerChunk)}
              and (is_begun or status = 'DONE')
              and (status = 'WAITING' or ${anyOf(outcomes)})
            order by number
          ) as chunk
          cross join lateral (
            select position, iccid, chunk.refs[position - chunk.number * ${positionsPerChunk} + 1] as ref, status, error
            from change_sim
            where chunk.is_begun and entry_id = ${id}::uuid and tenant = ${tenant}
              and position >= chunk.number * ${positionsPerChunk} and position < (chunk.number + 1) * ${positionsPerChunk}
            union all
            select chunk.number * ${positionsPerChunk} + place::int - 1, case when length(ref) < 32 then ref end, ref, 'NOT_SENT',
              ${canceled}::jsonb
            from unnest(chunk.refs) with ordinality as named (ref, place)
            where not chunk.is_begun
          ) as result
          where result.status = any(${[...outcomes]}::text[]) and result.position > ${behind}
          order by chunk.number, result.position
          limit ${most}`.execute(db),
      );
      return rows;
    },
  };
}

/** Whether a chunk has a SIM with one of the outcomes. */
function anyOf(outcomes: readonly SimOutcome[]) {
  const columns = {
    SUCCEEDED: 'succeeded',
    FAILED: 'failed',
    UNKNOWN: 'unknown',
    NOT_SENT: 'not_sent',
  } as const;
  return sql`(${sql.join(
    outcomes.map((outcome) => sql.ref(columns[outcome])),
    sql` + `,
  )} > 0)`;
}
