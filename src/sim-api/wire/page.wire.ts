import { Garbled } from '../errors.ts';
import { countOf, isRecord } from './value.wire.ts';

/** A page of a list, as the SIM API sent it. */
export class Page<T> {
  /** The rows that could be read. */
  readonly items: readonly T[];

  constructor(
    /** Position of the first row in the whole list, from 0. */
    readonly offset: number,
    /** The rows received, in upstream order; undefined for a row that could not be read. */
    readonly rows: readonly (T | undefined)[],
    /** Number of items in the whole list, as the SIM API reports it; at most 2^31-1. */
    readonly total: number,
  ) {
    this.items = rows.every((row) => row !== undefined) ? rows : rows.filter((row) => row !== undefined);
  }

  /** Positions in the whole list of the rows that could not be read. */
  get unreadable(): number[] {
    return this.rows.flatMap((row, index) => (row === undefined ? [this.offset + index] : []));
  }

  /** Number of rows received, readable or not: the next page begins at `offset + sent`. */
  get sent(): number {
    return this.rows.length;
  }

  /** True if the list ends with this page: an empty page ends it even if `total` is larger. */
  get isLast(): boolean {
    return this.sent === 0 || this.offset + this.sent >= this.total;
  }
}

const maxTotal = 2_147_483_647;

/**
 * Decodes a page: `{found, offset, total, <name>: [...]}`, or a bare array, which is the whole list.
 * Errors: Garbled without an array. Source: docs/sim-api.md "Reads".
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
  // A total that is too small would hide SIMs. An empty page gives nothing to correct it with.
  const minTotal = raw.length > 0 ? end : 0;
  return new Page(askedOffset, raw.map(decodeItem), Math.min(maxTotal, Math.max(minTotal, total ?? end)));
}
