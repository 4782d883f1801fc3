import { backoffMs } from '../base/backoff.ts';
import { GatewayError } from '../errors/index.ts';
import { type Change, isAsAsked } from '../sim-api/index.ts';
import { isEid, type TakenChunk } from './chunk.ts';
import type { ChunkEnd } from './chunks.store.ts';
import type { ChunkTools } from './process-chunk.ts';
import { putOff, readChunkSims } from './retry-policy.ts';

const longestLookMs = 60_000;
/** A SIM settled in another state at this many looks in a row has not reached its state: with the default that is after 93 seconds. */
const looksUntilAstray = 5;

/**
 * Looks how the SIMs of a chunk are that were accepted and not settled. Reads may lag behind a change, so a SIM is seen settled
 * elsewhere several times before it counts as that. Errors: StoreUnavailable, LeaseLost.
 */
export async function lookAtSettling(chunk: TakenChunk, tools: ChunkTools): Promise<ChunkEnd> {
  const { chunks, simApi, stopping, firstLookMs } = tools;
  const change = chunk.change as Change;
  const followed = (await chunks.at(chunk, chunk.settling)).flatMap(({ position, iccid, status }) =>
    status === 'SUCCEEDED' && iccid !== null ? [{ position, iccid }] : [],
  );
  const asked = new Set(followed.map(({ iccid }) => iccid));
  const other = chunk.refs.find((ref) => !isEid(ref) && !asked.has(ref));
  const { found, waiting, isPuzzling, blocked } = await readChunkSims(
    chunk,
    simApi,
    followed.map(({ iccid }) => ({ iccid })),
    other === undefined ? undefined : { iccid: other },
  );
  if (blocked !== null) return { ...putOff(chunk, stopping.aborted ? null : blocked), isPuzzling };

  const settling: number[] = [];
  const strayed: number[] = [];
  const astray: number[] = [];
  for (const [index, { position }] of followed.entries()) {
    const sim = found[index];
    if (sim === undefined) continue;
    if (sim instanceof GatewayError) {
      // One that has left the account, or that cannot be read while others can, is followed no further.
      if (waiting.has(index)) settling.push(position);
    } else if (sim.pendingState !== null) settling.push(position);
    else if (isAsAsked(sim, change)) continue;
    else {
      const before = chunk.strayed.filter((strayedAt) => strayedAt === position);
      if (before.length + 1 >= looksUntilAstray) astray.push(position);
      else {
        settling.push(position);
        strayed.push(...before, position);
      }
    }
  }
  if (astray.length > 0) await chunks.fail(chunk, astray);
  const dueInMs = backoffMs(chunk.tries + 1, { firstMs: firstLookMs, maxMs: longestLookMs });
  return { held: [], hasDoubts: false, isPuzzling, settling, strayed, dueInMs, waitsFor: null };
}
