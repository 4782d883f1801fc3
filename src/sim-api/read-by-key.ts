import type { Batches } from './batches.ts';
import type { Caller } from './caller.ts';
import type { ApiRequest, SimKeyName } from './endpoints.ts';
import { Ambiguous, Garbled, Rejected, type SimApiFailure } from './errors.ts';
import type { SearchBudget } from './search.ts';
import { decodePage, type Page } from './wire/page.wire.ts';

/** A read of one page of a list, of the account or of the named SIMs. */
export interface PageRead<T> {
  readonly request: ApiRequest;
  readonly keyName?: SimKeyName;
  readonly keys?: readonly string[];
  /** Name of the array in the answer. */
  readonly listName: string;
  /** Position of the page's first item in the list. Default: 0. */
  readonly offset?: number;
  readonly decode: (value: unknown) => T | undefined;
  /** Disables retries. */
  readonly isProbe?: boolean;
}

/** Reads one page of a list; `caller.trace` counts the items that cannot be decoded. Errors: SimApiFailure. */
export async function readPage<T>(caller: Caller, read: PageRead<T>): Promise<Page<T>> {
  const { request, keyName, keys, listName, offset = 0, decode, isProbe = false } = read;
  const json = await caller.call(request, keyName, keys, { isProbe });
  const page = decodePage(request.operation, json, listName, offset, decode);
  caller.trace.unreadableItems += page.rows.length - page.items.length;
  return page;
}

/** Items by requested key. An absent key has no entry; a failure stands for an item that could not be read. */
export interface ByKey<T> extends ReadonlyMap<string, T | SimApiFailure> {
  /** Refusals by absent key. A key that an answer merely left out has no entry. */
  readonly absences: ReadonlyMap<string, Rejected>;
}

class Found<T> extends Map<string, T | SimApiFailure> implements ByKey<T> {
  readonly absences = new Map<string, Rejected>();
}

export interface KeyedRead<T> {
  /** The request for the items from an offset on; without an offset, from the first. */
  readonly request: (offset?: number) => ApiRequest;
  readonly keyName: SimKeyName;
  /** Name of the array in the answer. */
  readonly listName: string;
  readonly decode: (value: unknown) => T | undefined;
  readonly keyOf: (item: T) => string | null;
  /** Error code that means that a SIM has no such item. */
  readonly absentCode: string;
  /** Error codes that mean that one SIM causes the refusal. A read that fails for another reason is bisected, too, within `budget`. */
  readonly oneSimCodes: readonly string[];
  readonly budget?: SearchBudget | undefined;
}

/**
 * Reads one item for each SIM in the fewest calls. Matches by key, never by position: the SIM API may answer in any order, leave out SIMs,
 * return one twice or return others than requested.
 */
export async function readByKey<T extends { readonly iccid: string }>(
  caller: Caller,
  batches: Batches,
  keys: readonly string[],
  read: KeyedRead<T>,
): Promise<ByKey<T>> {
  const found = new Found<T>();
  const wanted = new Set(keys);
  const outcomes = await batches.run(wanted.size === keys.length ? keys : [...wanted], {
    request: read.request(),
    keyName: read.keyName,
    run: (batch, isProbe) => readBatch(caller, batch, read, isProbe),
    blame: { oneSimCodes: read.oneSimCodes, canWait: caller.canWait, budget: read.budget },
  });
  for (const outcome of outcomes) {
    if ('failure' in outcome) {
      const { failure } = outcome;
      const isAbsence = failure instanceof Rejected && failure.code === read.absentCode;
      for (const key of outcome.keys)
        if (isAbsence) found.absences.set(key, failure);
        else found.set(key, failure);
      continue;
    }
    for (const item of outcome.answer) {
      const key = item === undefined ? null : read.keyOf(item);
      if (key === null || item === undefined || !wanted.has(key)) continue;
      const earlier = found.get(key);
      if (earlier instanceof Ambiguous) continue;
      // Several SIMs share one EID: without this check a change would reach the last one.
      const isOther = earlier !== undefined && 'iccid' in earlier && earlier.iccid !== item.iccid;
      found.set(key, isOther ? new Ambiguous(read.request().operation) : item);
    }
    // An unreadable item may belong to any missing SIM, so none of them may be reported as absent.
    if (outcome.answer.includes(undefined)) {
      const failure = new Garbled(read.request().operation, 'an item that cannot be read');
      for (const key of outcome.keys) if (!found.has(key)) found.set(key, failure);
    }
  }
  return found;
}

/** An answer with more rows is about SIMs that were not requested. */
const maxRows = (keys: readonly string[]) => 1000 + 10 * keys.length;

/**
 * Reads the whole answer for one batch, page by page. It may contain SIMs twice or SIMs that were not requested, so its length does not
 * show whether the rest still matters. Errors: SimApiFailure.
 */
async function readBatch<T extends { readonly iccid: string }>(
  caller: Caller,
  keys: readonly string[],
  { request, keyName, listName, decode }: KeyedRead<T>,
  isProbe: boolean,
): Promise<readonly (T | undefined)[]> {
  const pageFrom = (offset: number) => {
    const asked = request(offset === 0 ? undefined : offset);
    return readPage(caller, { request: asked, keyName, keys, listName, offset, decode, isProbe });
  };
  const first = await pageFrom(0);
  if (first.isLast) return first.rows;
  const rows = [...first.rows];
  const iccids = new Set(first.items.map(({ iccid }) => iccid));
  // Several SIMs may share one EID: only the end of the answer shows that there are no more.
  const hasAll = () => keyName === 'iccid' && keys.every((key) => iccids.has(key));
  let known = 0;
  // A page without new SIMs ends the read: such pages could repeat without end.
  while (iccids.size > known && !hasAll()) {
    if (rows.length > maxRows(keys)) throw new Garbled(request().operation, 'SIMs that were not requested');
    known = iccids.size;
    const page = await pageFrom(rows.length);
    rows.push(...page.rows);
    for (const { iccid } of page.items) iccids.add(iccid);
    if (page.isLast) break;
  }
  return rows;
}
