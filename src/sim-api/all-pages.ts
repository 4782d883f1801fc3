import { Garbled } from './errors.ts';
import type { Page } from './wire/page.wire.ts';

/** A list that shrinks faster than it is read is read anew so often. */
const maxReadings = 3;

/**
 * The items of a whole list, from its first page on. Lists shift while they are paged: an item that comes twice is taken once,
 * and a list that shrank meanwhile is read anew, since items may have moved past the reader.
 * Errors: those of `read`; Garbled where a page brings nothing new, which would never end.
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
      if (found.size === before) throw new Garbled('a list', 'a page that brings nothing new');
      const { total } = page;
      page = await read(page.offset + page.sent);
      hasShrunk ||= page.total < total;
    }
    if (!hasShrunk || reading === maxReadings) return [...found.values()];
  }
}
