import { GatewayError, gatewayErrorOf } from '../errors/index.ts';
import type { Change, SimApi } from '../sim-api/index.ts';
import type { LeasedChunk } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';
import type { EnumerationStore } from './enumeration.store.ts';
import { isPassing, reschedule } from './retry-policy.ts';
import { chunkSizeFor, longerRef, totalCheck } from './target.ts';

/** SIMs of each page that are read again with the next, to notice that the list has shifted between both. */
const defaultOverlap = 20;
/** A list that shifts faster than it is read is read anew so often, and then later. */
const maxReadings = 3;

/**
 * Lists the SIMs of a group, page by page, and goes on where somebody else had to leave it: from then on they are the operation's
 * whatever becomes of the group. A list that has lost more than the overlap between two pages is read anew. Gives how the walk waits
 * for its next part, or null where it has ended. Errors: StoreUnavailable, LeaseLost.
 */
export async function enumerateGroup(
  chunk: LeasedChunk,
  { enumeration, simApi, unwanted }: { enumeration: EnumerationStore; simApi: SimApi; unwanted: AbortSignal },
): Promise<ChunkResult | null> {
  const change = chunk.change as Change;
  let { nextOffset } = chunk;
  let sample = '';
  let overlap = defaultOverlap;
  for (let readings = 1; ; ) {
    if (await enumeration.endIfCanceled(chunk)) return null;
    const page = await simApi.sims
      .groupPage(chunk.groupName ?? '', Math.max(0, nextOffset - overlap))
      .catch((error: unknown) => {
        const reason = gatewayErrorOf(error);
        if (reason === undefined) throw error;
        return reason;
      });
    if (unwanted.aborted) return reschedule(chunk, null);
    if (page instanceof GatewayError) {
      if (isPassing(page)) return reschedule(chunk, page);
      await enumeration.fail(chunk, page);
      return null;
    }
    const iccids = page.items.map(({ iccid }) => iccid);
    // A list that has become so short that nothing is left of it here has shifted too.
    if (nextOffset > 0 && overlap > 0 && !(await enumeration.hasSeen(chunk, iccids))) {
      if (++readings > maxReadings) {
        const message = 'The list of the group changes faster than it can be read.';
        return reschedule(chunk, new GatewayError('UPSTREAM_UNAVAILABLE', { message }));
      }
      await enumeration.restart(chunk);
      nextOffset = 0;
      continue;
    }
    // Pages that are no longer than the overlap lead nowhere with it.
    if (page.offset + page.sent <= nextOffset && !page.isLast) {
      overlap = Math.floor(page.sent / 2);
      continue;
    }
    // A page overlaps the one before.
    const unreadable = page.unreadable.filter((place) => place >= nextOffset).length;
    nextOffset = page.offset + page.sent;
    sample = longerRef(iccids, sample);
    if (page.sent > 0) await enumeration.stage(chunk, page.offset, iccids, nextOffset, unreadable);
    if (!page.isLast) continue;
    const check = totalCheck(chunk.expectedCount);
    await enumeration.end(chunk, chunkSizeFor(simApi, change, sample), check);
    return null;
  }
}
