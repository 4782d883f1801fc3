import { type Api, difference, isRow, type ListPage } from '../api.ts';
import type { Check, Level } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { sentence, shownType } from '../shown.ts';

/** Maximum number of items in a page. */
const maxPageSize = 1000;

/** A paged list to check. */
interface PagedList {
  /** The prefix of the ids of its checks, for example get-account-sims. */
  readonly id: string;
  readonly source: string;
  readonly level: Level;
  /** The first page. */
  first(api: Api): Promise<ListPage>;
}

/** The checks that apply to every paged list. */
export function pageChecks({ id, source, level, first }: PagedList): Check[] {
  return [
    {
      id: `${id}.is-a-list`,
      level,
      source,
      title: 'The answer holds the requested list',
      async run(api) {
        const { rows } = await first(api);
        const odd = rows.find((row) => !isRow(row));
        must(rows.every(isRow), sentence`an item is not an object but ${shownType(odd)}`);
        return sentence`${rows.length} items`;
      },
    },
    {
      id: `${id}.found-offset-total`,
      level: 'SHOULD',
      source,
      title: 'found is the number of items in the page, offset is as requested, total is at least found',
      async run(api) {
        const { rows, found, offset, total } = await first(api);
        must(typeof found === 'number', sentence`found is ${shownType(found)}`);
        must(typeof offset === 'number', sentence`offset is ${shownType(offset)}`);
        must(typeof total === 'number', sentence`total is ${shownType(total)}`);
        must(found === rows.length, sentence`found is ${found}, the page has ${rows.length}`);
        must(offset === 0, sentence`offset is ${offset}, requested was 0`);
        must(total >= rows.length, sentence`total is ${total}, the page has ${rows.length}`);
        return undefined;
      },
    },
    {
      id: `${id}.pages-of-1000-at-most`,
      level: 'SHOULD',
      source: 'Reads: pages of 1000 [C]',
      title: 'A page has 1000 items, or all items if the list has fewer',
      async run(api) {
        const { rows, total } = await first(api);
        must(rows.length <= maxPageSize, sentence`${rows.length} items`);
        if (typeof total !== 'number') notApplicable(sentence`there is no total`);
        must(rows.length === Math.min(maxPageSize, total), sentence`${rows.length} items of ${total}`);
        return undefined;
      },
    },
  ];
}

/** Fails unless `rest`, read from `offset`, has the number of items that the list has from there. */
export function isTheRest({ rows, total }: ListPage, offset: number, rest: ListPage, key: string): void {
  if (typeof total !== 'number' || rest.total !== total)
    notApplicable(sentence`the list changed between reads`);
  const pageSize = rows.length < total ? rows.length : maxPageSize;
  const left = Math.min(pageSize, total - offset);
  must(rest.rows.length === left, sentence`${rest.rows.length} items from offset ${offset} of ${total}`);
  const { foreign } = difference(keysOf(rows, key), keysOf(rest.rows, key));
  must(rows.length < total || foreign === 0, sentence`${foreign} items are new`);
}

/** Fails unless the rest of a list begins with the items of the first page at `offset`; otherwise paging loses items. */
export function keepsItsPlace({ rows }: ListPage, offset: number, rest: ListPage, key: string): void {
  const overlap = keysOf(rows.slice(offset), key);
  const { missing } = difference(overlap, keysOf(rest.rows.slice(0, overlap.length), key));
  must(missing === 0, sentence`${missing} of ${overlap.length} items are in another position`);
}

function keysOf(rows: readonly unknown[], key: string): string[] {
  return rows.map((row) => String(isRow(row) ? row[key] : row));
}
