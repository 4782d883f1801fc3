import { type Api, difference, isRow, type ListPage } from '../api.ts';
import type { Check, Level } from '../check.ts';
import { must, notApplicable } from '../ended.ts';
import { sentence, shownType } from '../shown.ts';

/** The most items that a page has. */
const maxPageSize = 1000;

/** How the checks of one paged list read it. */
interface PagedList {
  /** How the ids of its checks begin, for example get-account-sims. */
  readonly id: string;
  readonly source: string;
  readonly level: Level;
  /** The first page. */
  first(api: Api): Promise<ListPage>;
}

/** What every paged list has to hold. */
export function pageChecks({ id, source, level, first }: PagedList): Check[] {
  return [
    {
      id: `${id}.is-a-list`,
      level,
      source,
      title: 'The answer holds the list that it is asked for',
      async run(api) {
        const { rows } = await first(api);
        const odd = rows.find((row) => !isRow(row));
        must(rows.every(isRow), sentence`an item is no object but ${shownType(odd)}`);
        return sentence`${rows.length} items`;
      },
    },
    {
      id: `${id}.found-offset-total`,
      level: 'SHOULD',
      source,
      title: 'found is the number of items in the page, offset is as asked, total covers the page',
      async run(api) {
        const { rows, found, offset, total } = await first(api);
        must(typeof found === 'number', sentence`found is ${shownType(found)}`);
        must(typeof offset === 'number', sentence`offset is ${shownType(offset)}`);
        must(typeof total === 'number', sentence`total is ${shownType(total)}`);
        must(found === rows.length, sentence`found says ${found}, the page has ${rows.length}`);
        must(offset === 0, sentence`offset says ${offset}, asked was 0`);
        must(total >= rows.length, sentence`total says ${total}, the page alone has ${rows.length}`);
        return undefined;
      },
    },
    {
      id: `${id}.pages-of-1000-at-most`,
      level: 'SHOULD',
      source: 'Reads: pages of 1000 [C]',
      title: 'A page has at most 1000 items, and all there are where there are fewer',
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

/** Fails unless a list read once more from `offset` has as many items as are left of it from there. */
export function isTheRest({ rows, total }: ListPage, offset: number, rest: ListPage, key: string): void {
  if (typeof total !== 'number' || rest.total !== total) notApplicable(sentence`the list changed meanwhile`);
  const pageSize = rows.length < total ? rows.length : maxPageSize;
  const left = Math.min(pageSize, total - offset);
  must(rest.rows.length === left, sentence`${rest.rows.length} items from offset ${offset} of ${total}`);
  const { foreign } = difference(keysOf(rows, key), keysOf(rest.rows, key));
  must(rows.length < total || foreign === 0, sentence`${foreign} items that were not there before`);
}

/** Fails unless the rest of a list begins with what stood there on its first page: else who reads on loses items. */
export function keepsItsPlace({ rows }: ListPage, offset: number, rest: ListPage, key: string): void {
  const overlap = keysOf(rows.slice(offset), key);
  const { missing } = difference(overlap, keysOf(rest.rows.slice(0, overlap.length), key));
  must(missing === 0, sentence`${missing} of ${overlap.length} items are not where they were`);
}

function keysOf(rows: readonly unknown[], key: string): string[] {
  return rows.map((row) => String(isRow(row) ? row[key] : row));
}
