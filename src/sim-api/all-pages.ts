import type { Page } from './wire/page.wire.ts';

/**
 * The items of a whole list, from its first page on. Lists shift while they are paged: an item that comes twice is taken once.
 * Errors: those of `read`.
 */
export async function allPages<T extends { readonly id: string }>(
  read: (offset: number) => Promise<Page<T>>,
  first?: Page<T>,
): Promise<readonly T[]> {
  const found = new Map<string, T>();
  for (let page = first ?? (await read(0)); ; page = await read(page.offset + page.sent)) {
    for (const item of page.items) found.set(item.id, item);
    if (page.sent === 0 || page.offset + page.sent >= page.total) return [...found.values()];
  }
}
