import { badUserInput } from '../errors/gateway-error.ts';
import { ConnectionPage } from './connection.ts';
import { uuidPattern } from './node-id.ts';
import type { Window } from './paging.ts';

/** Where an item stands in a list that is sorted newest first: by its time, then by its id. */
export interface SortKey {
  readonly at: Date;
  readonly id: string;
}

/**
 * A page of a list, newest first, whatever order the list came in. A cursor holds time and id of its item, so a page stays
 * right while newer items come in before it. Errors: BAD_USER_INPUT on a cursor that is none.
 */
export function newestFirst<T>(
  items: readonly T[],
  window: Window,
  keyOf: (item: T) => SortKey,
): ConnectionPage<T> {
  const sorted = [...items].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const { cursor, count } = window;
  const start = cursor === null ? 0 : firstBehind(sorted, decodeCursor(cursor), keyOf);
  const nodes = sorted.slice(start, start + count);
  const cursorAt = (index: number) => encodeCursor(keyOf(nodes[index] as T));
  return new ConnectionPage(nodes, sorted.length, cursorAt, {
    hasPreviousPage: start > 0,
    hasNextPage: start + nodes.length < sorted.length,
  });
}

function compare(a: SortKey, b: SortKey): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function firstBehind<T>(sorted: readonly T[], key: SortKey, keyOf: (item: T) => SortKey): number {
  const index = sorted.findIndex((item) => compare(keyOf(item), key) > 0);
  return index < 0 ? sorted.length : index;
}

/** The cursor of an item that stands there. */
export function encodeCursor({ at, id }: SortKey): string {
  return Buffer.from(`${at.getTime()}:${id}`).toString('base64url');
}

/** The same for a row of ours: an id of another kind would not even be compared. Errors: BAD_USER_INPUT. */
export function decodeRowCursor(cursor: string): SortKey {
  const place = decodeCursor(cursor);
  if (!uuidPattern.test(place.id)) throw badUserInput('after', 'must be a cursor that this list gave');
  return place;
}

/** Where the item of a cursor stands. Errors: BAD_USER_INPUT. */
function decodeCursor(cursor: string): SortKey {
  const [, time, id] = /^(\d{1,15}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined)
    throw badUserInput('after', 'must be a cursor that this list gave');
  return { at: new Date(Number(time)), id };
}
