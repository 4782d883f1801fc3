import { GatewayError, gatewayErrorOf } from '../errors/index.ts';
import type { Change, SimApi } from '../sim-api/index.ts';
import type { TakenChunk } from './chunk.ts';
import type { ChunkEnd } from './chunks.store.ts';
import type { WalkStore } from './enumeration.store.ts';
import { isPassing, putOff } from './retry-policy.ts';
import { chunkSizeFor, longestOf, totalCheck } from './target.ts';

/** SIMs of each page that are read again with the next, to notice that the list has shifted between both. */
const usualOverlap = 20;
/** A list that shifts faster than it is read is read anew so often, and then later. */
const mostReadings = 3;

/**
 * Lists the SIMs of a group, page by page, and goes on where somebody else had to leave it: from then on they are the operation's
 * whatever becomes of the group. A list that has lost more than the overlap between two pages is read anew. Gives how the walk waits
 * for its next part, or null where it has ended. Errors: StoreUnavailable, LeaseLost.
 */
export async function walkGroup(
  chunk: TakenChunk,
  { walk, simApi, unwanted }: { walk: WalkStore; simApi: SimApi; unwanted: AbortSignal },
): Promise<ChunkEnd | null> {
  const change = chunk.change as Change;
  let { walkedTo } = chunk;
  let sample = '';
  let overlap = usualOverlap;
  for (let readings = 1; ; ) {
    if (await walk.endIfCanceled(chunk)) return null;
    const page = await simApi.sims
      .groupPage(chunk.groupName ?? '', Math.max(0, walkedTo - overlap))
      .catch((error: unknown) => {
        const reason = gatewayErrorOf(error);
        if (reason === undefined) throw error;
        return reason;
      });
    if (unwanted.aborted) return putOff(chunk, null);
    if (page instanceof GatewayError) {
      if (isPassing(page)) return putOff(chunk, page);
      await walk.fail(chunk, page);
      return null;
    }
    const iccids = page.items.map(({ iccid }) => iccid);
    // A list that has become so short that nothing is left of it here has shifted too.
    if (walkedTo > 0 && overlap > 0 && !(await walk.hasMet(chunk, iccids))) {
      if (++readings > mostReadings) {
        const message = 'The list of the group changes faster than it can be read.';
        return putOff(chunk, new GatewayError('UPSTREAM_UNAVAILABLE', { message }));
      }
      await walk.restart(chunk);
      walkedTo = 0;
      continue;
    }
    // Pages that are no longer than the overlap lead nowhere with it.
    if (page.offset + page.sent <= walkedTo && !page.isLast) {
      overlap = Math.floor(page.sent / 2);
      continue;
    }
    // A page overlaps the one before.
    const unreadable = page.unreadable.filter((place) => place >= walkedTo).length;
    walkedTo = page.offset + page.sent;
    sample = longestOf(iccids, sample);
    if (page.sent > 0) await walk.keep(chunk, page.offset, iccids, walkedTo, unreadable);
    if (!page.isLast) continue;
    const check = totalCheck(chunk.expectedCount);
    await walk.end(chunk, chunkSizeFor(simApi, change, sample), check);
    return null;
  }
}
