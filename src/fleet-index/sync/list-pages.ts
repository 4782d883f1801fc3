import type { Page, Sim } from '../../sim-api/index.ts';

/** SIMs of each page that are read again with the next, to notice that the list has shifted between both. */
const defaultOverlap = 5;
/** Where two pages do not join, the next is read from so many places before, and from twice as many each time. */
const firstStepBack = 200;
/** A list that was gone back in to its very beginning so often does not hold still, and is left for later. */
const maxRestarts = 5;

/**
 * The pages of a list from its beginning, each joined to the one before it. A list that has lost so many SIMs between two pages that some
 * may have moved past the reader is gone back in, so some SIMs come twice and none is passed over. Errors: those of `read`, and an
 * Error where the list does not hold still.
 */
export async function* joinedPages(read: (offset: number) => Promise<Page<Sim>>): AsyncGenerator<Page<Sim>> {
  let next = 0;
  let overlap = 0;
  /** The SIMs of the page before; one of them has to come again. */
  let before = new Set<string>();
  let stepsBack = 0;
  let beginnings = 0;
  for (;;) {
    const offset = Math.max(0, next - overlap);
    const page = await read(offset);
    const joins = offset === 0 || before.size === 0 || page.items.some(({ iccid }) => before.has(iccid));
    if (!joins) {
      overlap = 0;
      next = Math.max(0, offset - firstStepBack * 2 ** stepsBack);
      stepsBack++;
      if (next === 0 && ++beginnings > maxRestarts)
        throw new Error('the list of SIMs changes faster than it can be read');
      continue;
    }
    stepsBack = 0;
    yield page;
    if (page.isLast) return;
    // Pages that are no longer than the overlap lead nowhere with it.
    overlap = Math.min(defaultOverlap, Math.floor(page.sent / 2));
    next = page.offset + page.sent;
    before = new Set(overlap === 0 ? [] : page.items.map(({ iccid }) => iccid));
  }
}
