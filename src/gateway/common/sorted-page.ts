import { badUserInput } from '../../errors/index.ts';
import { ConnectionPage } from './connection.ts';
import { uuidPattern } from './node-id.ts';
import type { Window } from './paging.ts';

/** Sort key of a list that is sorted newest first: by time, then by id. */
export interface SortKey {
  readonly at: Date;
  readonly id: string;
}

/** A contiguous part of a list. */
export interface SortedPart<T> {
  /** In any order. */
  readonly items: readonly T[];
  /** Number of items before this part. */
  readonly offset: number;
  /** Number of items of the whole list. */
  readonly total: number;
  readonly reachesEnd: boolean;
}

/**
 * A page of a list in any order, sorted newest first. A cursor holds the time and id of its item, so a page stays correct while
 * newer items are added before it. Errors: BAD_USER_INPUT if the cursor is not valid.
 */
export function newestFirst<T>(
  items: readonly T[],
  window: Window,
  keyOf: (item: T) => SortKey,
): ConnectionPage<T> {
  return newestPage({ items, offset: 0, total: items.length, reachesEnd: true }, window, keyOf);
}

/** The same for a part of a list that contains the page. Errors: BAD_USER_INPUT if the cursor is not valid. */
export function newestPage<T>(
  { items, offset, total, reachesEnd }: SortedPart<T>,
  { cursor, count }: Window,
  keyOf: (item: T) => SortKey,
): ConnectionPage<T> {
  const sorted = [...items].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const start = cursor === null ? 0 : firstBehind(sorted, decodeCursor(cursor), keyOf);
  const nodes = sorted.slice(start, start + count);
  const cursorAt = (index: number) => encodeCursor(keyOf(nodes[index] as T), offset + start + index);
  return new ConnectionPage(nodes, total, cursorAt, {
    hasPreviousPage: offset + start > 0,
    hasNextPage: start + nodes.length < sorted.length || !reachesEnd,
  });
}

function compare(a: SortKey, b: SortKey): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function firstBehind<T>(sorted: readonly T[], key: SortKey, keyOf: (item: T) => SortKey): number {
  const index = sorted.findIndex((item) => compare(keyOf(item), key) > 0);
  return index < 0 ? sorted.length : index;
}

/** The cursor of an item; `offset` is the number of items before it, if known. */
export function encodeCursor({ at, id }: SortKey, offset?: number): string {
  const hint = offset === undefined ? '' : `@${offset}`;
  return Buffer.from(`${at.getTime()}${hint}:${id}`).toString('base64url');
}

/** Decodes the cursor of a row in the gateway's own tables; PostgreSQL cannot compare an id that is not a UUID. Errors: BAD_USER_INPUT. */
export function decodeRowCursor(cursor: string): SortKey {
  const place = decodeCursor(cursor);
  if (!uuidPattern.test(place.id)) throw badUserInput('after', 'must be a cursor that this list gave');
  return place;
}

/** Decodes a cursor; `offset` is 0 if the cursor has none. Errors: BAD_USER_INPUT. */
export function decodeCursor(cursor: string): SortKey & { readonly offset: number } {
  const [, time, offset = '0', id] =
    /^(\d{1,15})(?:@(\d{1,10}))?:(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined)
    throw badUserInput('after', 'must be a cursor that this list gave');
  return { at: new Date(Number(time)), id, offset: Number(offset) };
}
