import type { Page, Sim } from '../../sim-api/index.ts';

/** Number of items of a page that are read again with the next page, to detect that the list has shifted between the two reads. */
const defaultOverlap = 5;
/** If two pages do not join, the reader steps back this many positions, then twice as many each time. */
const firstStepBack = 200;
/** Maximum number of steps back to the beginning of the list; after that the read fails. */
const maxRestarts = 5;

/**
 * Yields the pages of a list from its beginning, each joined to the one before it by the items that both have. If the list loses at least
 * as many SIMs between two reads as the pages overlap, they do not join, and SIMs may have moved before the offset: the reader steps back.
 * SIMs may come twice, but none is skipped. Errors: those of `read`; Error if the list changes too fast.
 */
export async function* joinedPages(read: (offset: number) => Promise<Page<Sim>>): AsyncGenerator<Page<Sim>> {
  let next = 0;
  let overlap = 0;
  /** ICCIDs of the previous page. If none of them comes again, the pages do not join. */
  let before = new Set<string>();
  let stepsBack = 0;
  let restarts = 0;
  for (;;) {
    const offset = Math.max(0, next - overlap);
    const page = await read(offset);
    const joins = offset === 0 || before.size === 0 || page.items.some(({ iccid }) => before.has(iccid));
    if (!joins) {
      overlap = 0;
      next = Math.max(0, offset - firstStepBack * 2 ** stepsBack);
      stepsBack++;
      if (next === 0 && ++restarts > maxRestarts)
        throw new Error('the list of SIMs changes faster than it can be read');
      continue;
    }
    stepsBack = 0;
    yield page;
    if (page.isLast) return;
    // An overlap of the whole page would make no progress.
    overlap = Math.min(defaultOverlap, Math.floor(page.sent / 2));
    next = page.offset + page.sent;
    before = new Set(overlap === 0 ? [] : page.items.map(({ iccid }) => iccid));
  }
}
