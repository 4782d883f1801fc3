import { Garbled } from './errors.ts';
import type { Page } from './wire/page.wire.ts';

/** Maximum readings of a list that shrinks while it is read. */
const maxReadings = 3;

/**
 * Reads a whole list, page by page. Lists shift meanwhile: an item that occurs twice is taken once, and a list that became shorter is read
 * again, because items may have moved to pages already read.
 * Errors: those of `read`; Garbled if a page contains nothing new, because such pages could repeat without end.
 */
export async function allPages<T extends { readonly id: string }>(
  read: (offset: number) => Promise<Page<T>>,
  first?: Page<T>,
): Promise<readonly T[]> {
  for (let reading = 1; ; reading++) {
    const found = new Map<string, T>();
    let page = reading === 1 && first !== undefined ? first : await read(0);
    let hasShrunk = false;
    for (;;) {
      const before = found.size;
      for (const item of page.items) found.set(item.id, item);
      if (page.isLast) break;
      if (found.size === before) throw new Garbled('a list', 'a page without new items');
      const { total } = page;
      page = await read(page.offset + page.sent);
      hasShrunk ||= page.total < total;
    }
    if (!hasShrunk || reading === maxReadings) return [...found.values()];
  }
}
