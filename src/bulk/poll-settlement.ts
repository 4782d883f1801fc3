import { backoffMs } from '../base/backoff.ts';
import { GatewayError } from '../errors/index.ts';
import { type Change, isApplied } from '../sim-api/index.ts';
import { isEid, type LeasedChunk } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';
import type { ChunkTools } from './process-chunk.ts';
import { readChunkSims, reschedule } from './retry-policy.ts';

const maxPollDelayMs = 60_000;
/** A SIM fails if this many polls in a row see it settled in another state: after 93 seconds with the default first delay. */
const pollsUntilDiverged = 5;

/**
 * Polls the accepted SIMs of a chunk that have not settled yet. Reads may lag behind a change, so a SIM fails only after several polls that
 * see it settled in another state. Errors: StoreUnavailable, LeaseLost.
 */
export async function pollSettlement(chunk: LeasedChunk, tools: ChunkTools): Promise<ChunkResult> {
  const { chunks, simApi, stopping, firstPollMs } = tools;
  const change = chunk.change as Change;
  const polled = (await chunks.at(chunk, chunk.settling)).flatMap(({ position, iccid, status }) =>
    status === 'SUCCEEDED' && iccid !== null ? [{ position, iccid }] : [],
  );
  const asked = new Set(polled.map(({ iccid }) => iccid));
  const other = chunk.refs.find((ref) => !isEid(ref) && !asked.has(ref));
  const { found, waiting, isMalformed, blocked } = await readChunkSims(
    chunk,
    simApi,
    polled.map(({ iccid }) => ({ iccid })),
    other === undefined ? undefined : { iccid: other },
  );
  if (blocked !== null) return { ...reschedule(chunk, stopping.aborted ? null : blocked), isMalformed };

  const settling: number[] = [];
  const divergedOnce: number[] = [];
  const diverged: number[] = [];
  for (const [index, { position }] of polled.entries()) {
    const sim = found[index];
    if (sim === undefined) continue;
    if (sim instanceof GatewayError) {
      // A SIM that has left the account, or that cannot be read while others can, is no longer polled.
      if (waiting.has(index)) settling.push(position);
    } else if (sim.pendingState !== null) settling.push(position);
    else if (isApplied(sim, change)) continue;
    else {
      const before = chunk.divergedOnce.filter((divergedAt) => divergedAt === position);
      if (before.length + 1 >= pollsUntilDiverged) diverged.push(position);
      else {
        settling.push(position);
        divergedOnce.push(...before, position);
      }
    }
  }
  if (diverged.length > 0) await chunks.fail(chunk, diverged);
  const dueInMs = backoffMs(chunk.tries + 1, { firstMs: firstPollMs, maxMs: maxPollDelayMs });
  return {
    deferred: [],
    needsReconcile: false,
    isMalformed,
    settling,
    divergedOnce,
    dueInMs,
    waitsFor: null,
  };
}
