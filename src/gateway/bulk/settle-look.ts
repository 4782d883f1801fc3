import { type Change, isAsAsked } from '../../sim-api/index.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ChunkEnd } from './chunk.store.ts';
import type { TakenChunk } from './chunk.ts';
import { isPassing, putOff, readSims } from './chunk-wait.ts';
import type { ChunkTools } from './chunk-work.ts';

const longestLookMs = 60_000;

/**
 * Looks how the SIMs of a chunk are that were accepted and not settled. One that is seen settled elsewhere twice in a row has not
 * reached its state: the first time it may not show yet that it is on its way. Errors: StoreUnavailable, ChunkLost.
 */
export async function lookAtSettling(chunk: TakenChunk, tools: ChunkTools): Promise<ChunkEnd> {
  const { sims, loaders, stopping, firstLookMs } = tools;
  const change = chunk.change as Change;
  const followed = (await sims.at(chunk, chunk.settling)).flatMap(({ position, iccid, status }) =>
    status === 'SUCCEEDED' && iccid !== null ? [{ position, iccid }] : [],
  );
  const { found, isPuzzling, blocked } = await readSims(
    chunk,
    loaders,
    followed.map(({ iccid }) => ({ iccid })),
  );
  if (blocked !== null) return { ...putOff(chunk, stopping.aborted ? null : blocked), isPuzzling };

  const settling: number[] = [];
  const strayed: number[] = [];
  const astray: number[] = [];
  for (const [index, { position }] of followed.entries()) {
    const sim = found[index];
    if (sim === undefined) continue;
    if (sim instanceof GatewayError) {
      // One that has left the account is followed no further.
      if (isPassing(sim)) settling.push(position);
    } else if (sim.pendingState !== null) settling.push(position);
    else if (isAsAsked(sim, change)) continue;
    else if (chunk.strayed.includes(position)) astray.push(position);
    else {
      settling.push(position);
      strayed.push(position);
    }
  }
  if (astray.length > 0) await sims.fail(chunk, astray);
  const dueInMs = Math.min(longestLookMs, firstLookMs * 2 ** Math.min(chunk.tries + 1, 10));
  return { held: [], hasDoubts: false, isPuzzling, settling, strayed, dueInMs, waitsFor: null };
}
