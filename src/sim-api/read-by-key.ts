import type { Batches } from './batches.ts';
import type { Call } from './caller.ts';
import type { ApiRequest, SimKeyName } from './endpoints.ts';
import { Ambiguous, Garbled, Rejected, type SimApiFailure } from './errors.ts';
import type { SearchBudget } from './search.ts';
import { decodePage, type Page } from './wire/page.wire.ts';

/** A read of one page: of a list of the account's, or of a list that the SIMs named have. */
export interface PageRead<T> {
  readonly request: ApiRequest;
  readonly keyName?: SimKeyName;
  readonly keys?: readonly string[];
  /** Name of the array in the answer. */
  readonly listName: string;
  /** Where in the list the page begins; 0 by default. */
  readonly offset?: number;
  readonly decode: (value: unknown) => T | undefined;
  /** One try is enough. */
  readonly isProbe?: boolean;
}

/** One page of a list. What cannot be read in it is counted in the trace. Errors: SimApiFailure. */
export async function readPage<T>(call: Call, read: PageRead<T>): Promise<Page<T>> {
  const { request, keyName, keys, listName, offset = 0, decode, isProbe = false } = read;
  const json = await call(request, keyName, keys, { isProbe });
  const page = decodePage(request.operation, json, listName, offset, decode);
  call.trace.unreadableItems += page.rows.reduce((count, row) => count + Number(row === undefined), 0);
  return page;
}

/** Items by the key they were asked for. A key that is not there has no item; a failure stands for one that could not be read. */
export interface ByKey<T> extends ReadonlyMap<string, T | SimApiFailure> {
  /** What the SIM API said of keys that are not there, by key; nothing if it left a key out of an answer. */
  readonly absences: ReadonlyMap<string, Rejected>;
}

class Found<T> extends Map<string, T | SimApiFailure> implements ByKey<T> {
  readonly absences = new Map<string, Rejected>();
}

/** A read of one item for each of many SIMs. */
export interface KeyedRead<T> {
  /** The request for the items from an offset on; without one, for the first. */
  readonly request: (offset?: number) => ApiRequest;
  readonly keyName: SimKeyName;
  /** Name of the array in the answer. */
  readonly listName: string;
  readonly decode: (value: unknown) => T | undefined;
  readonly keyOf: (item: T) => string | null;
  /** The code that says of a SIM that it has no such item. */
  readonly absentCode: string;
  /** Codes that say that one SIM is the reason. A read that fails for another reason is bisected, too, within `budget`. */
  readonly oneSimCodes: readonly string[];
  readonly budget?: SearchBudget | undefined;
}

/**
 * One item for each of any number of SIMs, in the fewest calls, matched by key and never by position: the SIM API may
 * answer in any order, leave SIMs out, name one twice or send others than were asked for.
 */
export async function readByKey<T extends { readonly iccid: string }>(
  call: Call,
  batches: Batches,
  keys: readonly string[],
  read: KeyedRead<T>,
): Promise<ByKey<T>> {
  const found = new Found<T>();
  const wanted = new Set(keys);
  const outcomes = await batches.run([...wanted], {
    request: read.request(),
    keyName: read.keyName,
    run: (batch, isProbe) => readBatch(call, batch, read, isProbe),
    blame: { oneSimCodes: read.oneSimCodes, canWait: call.canWait, budget: read.budget },
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
      // Several SIMs under one EID: a change would reach the one that comes last.
      const isOther = earlier !== undefined && 'iccid' in earlier && earlier.iccid !== item.iccid;
      found.set(key, isOther ? new Ambiguous(read.request().operation) : item);
    }
    // An item that could not be read may be that of any SIM still missing: none of them may be called absent.
    if (outcome.answer.includes(undefined)) {
      const failure = new Garbled(read.request().operation, 'an item that cannot be read');
      for (const key of outcome.keys) if (!found.has(key)) found.set(key, failure);
    }
  }
  return found;
}

/** An answer that is longer than this for so many keys is about other SIMs than those that were asked for. */
const maxRows = (keys: readonly string[]) => 1000 + 10 * keys.length;

/**
 * The whole answer for one batch; it may itself come in pages. It may name SIMs twice, and others than were asked for, so its length does not
 * tell whether the rest of it still matters. Errors: SimApiFailure.
 */
async function readBatch<T extends { readonly iccid: string }>(
  call: Call,
  keys: readonly string[],
  { request, keyName, listName, decode }: KeyedRead<T>,
  isProbe: boolean,
): Promise<readonly (T | undefined)[]> {
  const rows: (T | undefined)[] = [];
  const iccids = new Set<string>();
  // Several SIMs may have one EID: only the end of the answer tells that there are no more.
  const hasAll = () => keyName === 'iccid' && keys.every((key) => iccids.has(key));
  for (;;) {
    const offset = rows.length;
    const asked = request(offset === 0 ? undefined : offset);
    const page = await readPage(call, { request: asked, keyName, keys, listName, offset, decode, isProbe });
    rows.push(...page.rows);
    const known = iccids.size;
    for (const { iccid } of page.items) iccids.add(iccid);
    // A page that brings nothing new may be followed by no other for ever.
    if (page.isLast || iccids.size === known || hasAll()) return rows;
    if (rows.length > maxRows(keys)) throw new Garbled(asked.operation, 'SIMs that were not asked for');
  }
}
