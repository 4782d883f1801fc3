import { Garbled } from '../errors.ts';
import { countOf, isRecord } from './value.wire.ts';

/** A stretch of a list, as the upstream cut it. */
export interface Page<T> {
  /** Where in the whole list the first item stands, from 0. */
  readonly offset: number;
  /** Items that could be read, in upstream order. */
  readonly items: readonly T[];
  /** Items that the upstream sent, readable or not: the next page begins at `offset + sent`. */
  readonly sent: number;
  /** Items of the whole list, as far as the upstream says; at most 2^31-1. */
  readonly total: number;
}

const largestTotal = 2_147_483_647;

/**
 * A page from its JSON: `{found, offset, total, <name>: [...]}`, or the bare array, which is then all there is.
 * Errors: Garbled where there is no array. Source: CONTRACT.md "Reads".
 */
export function decodePage<T>(
  operation: string,
  json: unknown,
  name: string,
  askedOffset: number,
  decodeItem: (value: unknown) => T | undefined,
): Page<T> {
  const raw = Array.isArray(json) ? json : isRecord(json) ? json[name] : undefined;
  if (!Array.isArray(raw)) throw new Garbled(operation, `no array "${name}"`);
  const items = raw.map(decodeItem).filter((item) => item !== undefined);
  const total = isRecord(json) ? countOf(json.total) : null;
  const end = askedOffset + raw.length;
  // A total that is too small would hide SIMs; past the end of the list there is nothing to correct it by.
  const atLeast = raw.length > 0 ? end : 0;
  return {
    offset: askedOffset,
    items,
    sent: raw.length,
    total: Math.min(largestTotal, Math.max(atLeast, total ?? end)),
  };
}

/** The readable items of a bare array, or of an object's array `name`. Errors: Garbled where there is no array. */
export function decodeList<T>(
  operation: string,
  json: unknown,
  name: string,
  decodeItem: (value: unknown) => T | undefined,
): { readonly items: readonly T[]; readonly sent: number } {
  return decodePage(operation, json, name, 0, decodeItem);
}
