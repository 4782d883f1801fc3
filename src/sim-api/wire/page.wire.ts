import { Garbled } from '../errors.ts';
import { countOf, isRecord } from './value.wire.ts';

/** A stretch of a list, as the upstream cut it. */
export class Page<T> {
  constructor(
    /** Where in the whole list the first row stands, from 0. */
    readonly offset: number,
    /** What the upstream sent, in its order; undefined where it could not be read. */
    readonly rows: readonly (T | undefined)[],
    /** Items of the whole list, as far as the upstream says; at most 2^31-1. */
    readonly total: number,
  ) {}

  /** Items that could be read. */
  get items(): T[] {
    return this.rows.filter((row) => row !== undefined);
  }

  /** Where in the whole list the rows stand that could not be read. */
  get unreadable(): number[] {
    return this.rows.flatMap((row, index) => (row === undefined ? [this.offset + index] : []));
  }

  /** Rows that the upstream sent, readable or not: the next page begins at `offset + sent`. */
  get sent(): number {
    return this.rows.length;
  }

  /** True where nothing of the list comes behind this page: an upstream that sends nothing has nothing, whatever its total says. */
  get isLast(): boolean {
    return this.sent === 0 || this.offset + this.sent >= this.total;
  }
}

const maxTotal = 2_147_483_647;

/**
 * A page from its JSON: `{found, offset, total, <name>: [...]}`, or the bare array, which is then all there is.
 * Errors: Garbled where there is no array. Source: docs/sim-api.md "Reads".
 */
export function decodePage<T>(
  operation: string,
  json: unknown,
  name: string,
  askedOffset: number,
  decodeItem: (value: unknown) => T | undefined,
): Page<T> {
  const raw: unknown = Array.isArray(json) ? json : isRecord(json) ? json[name] : undefined;
  if (!Array.isArray(raw)) throw new Garbled(operation, `no array "${name}"`);
  const total = isRecord(json) ? countOf(json.total) : null;
  const end = askedOffset + raw.length;
  // A total that is too small would hide SIMs; past the end of the list there is nothing to correct it by.
  const minTotal = raw.length > 0 ? end : 0;
  return new Page(askedOffset, raw.map(decodeItem), Math.min(maxTotal, Math.max(minTotal, total ?? end)));
}
