import { GatewayError, gatewayErrorOf } from '../errors/index.ts';
import type { Change, SimApi } from '../sim-api/index.ts';
import type { LeasedChunk } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';
import type { EnumerationStore } from './enumeration.store.ts';
import { isTransient, reschedule } from './retry-policy.ts';
import { chunkSizeFor, longerRef, totalCheck } from './target.ts';

/** Number of SIMs of a page that are read again with the next page, to detect that the list has shifted between the two reads. */
const defaultOverlap = 20;

/** Maximum number of times that one turn starts to read a list that shifts; after that the enumeration is rescheduled. */
const maxReadings = 3;

/**
 * Enumerates a group page by page, from the last checkpoint on. A later change of the group does not affect the operation. A list that has
 * lost more SIMs than the overlap between two pages is read from the beginning. Returns the checkpoint to write, or null if the
 * enumeration has ended. Errors: StoreUnavailable, LeaseLost.
 */
export async function enumerateGroup(
  chunk: LeasedChunk,
  { enumeration, simApi, signal }: { enumeration: EnumerationStore; simApi: SimApi; signal: AbortSignal },
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
    if (signal.aborted) return reschedule(chunk, null);
    if (page instanceof GatewayError) {
      if (isTransient(page)) return reschedule(chunk, page);
      await enumeration.fail(chunk, page);
      return null;
    }
    const iccids = page.items.map(({ iccid }) => iccid);
    // A page that is empty because the list has become shorter counts as a shift too.
    if (nextOffset > 0 && overlap > 0 && !(await enumeration.hasSeen(chunk, iccids))) {
      if (++readings > maxReadings) {
        const message = 'The list of the group changes faster than it can be read.';
        return reschedule(chunk, new GatewayError('UPSTREAM_UNAVAILABLE', { message }));
      }
      await enumeration.restart(chunk);
      nextOffset = 0;
      continue;
    }
    // A page that is not longer than the overlap brings no new SIMs: a smaller overlap is used.
    if (page.offset + page.sent <= nextOffset && !page.isLast) {
      overlap = Math.floor(page.sent / 2);
      continue;
    }
    // Items before `nextOffset` were counted with the previous page.
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

/**
 * Number of calls in which `enumerateGroup` reads a list that does not shift. `total` is its number of SIMs, `pageSize` the maximum number
 * of SIMs of a page; both are at least 1.
 */
export function enumerationCalls(total: number, pageSize: number): number {
  let calls = 1;
  let overlap = defaultOverlap;
  for (let nextOffset = pageSize; nextOffset < total; calls++) {
    const end = Math.max(0, nextOffset - overlap) + pageSize;
    // Such a page brings no new SIMs.
    if (end <= nextOffset) overlap = Math.floor(pageSize / 2);
    else nextOffset = end;
  }
  return calls;
}
