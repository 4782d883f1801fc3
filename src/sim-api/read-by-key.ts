import { TooLong } from './answer.ts';
import type { Batches } from './batches.ts';
import type { Caller } from './caller.ts';
import { type ApiRequest, type SimKeyName, targetOf } from './endpoints.ts';
import { Ambiguous, Garbled, isSimApiFailure, Rejected, type SimApiFailure } from './errors.ts';
import type { FailureCause } from './joined-call.ts';
import { mayBlameOne, type Search, type SearchBudget } from './search.ts';
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

/** Reads the item of one SIM; undefined if it cannot be decoded. Errors: SimApiFailure. */
async function readItem<T>(caller: Caller, read: Omit<PageRead<T>, 'listName'>): Promise<T | undefined> {
  const item = read.decode(await answerTo(caller, read));
  if (item === undefined) caller.trace.unreadableItems++;
  return item;
}

function answerTo<T>(
  caller: Caller,
  { request, keyName, keys, isProbe = false }: Omit<PageRead<T>, 'listName'>,
): Promise<unknown> {
  return isProbe ? caller.call(request, keyName, keys, { isProbe }) : caller.read(request, keyName, keys);
}

/**
 * Reads one page of a list; `caller.trace` counts the items that cannot be decoded. Requests of a tenant share the read of one page.
 * Errors: SimApiFailure.
 */
export async function readPage<T>(caller: Caller, read: PageRead<T>): Promise<Page<T>> {
  const { request, listName, offset = 0, decode } = read;
  const page = decodePage(request.operation, await answerTo(caller, read), listName, offset, decode);
  caller.trace.unreadableItems += page.rows.length - page.items.length;
  return page;
}

/** Items by requested key. An absent key has no entry; a failure stands for an item that could not be read. */
export interface ByKey<T> extends ReadonlyMap<string, T | SimApiFailure> {
  /** Refusals by absent key. A key that an answer merely left out has no entry. */
  readonly absences: ReadonlyMap<string, Rejected>;
}

class Found<T extends { readonly iccid: string }> extends Map<string, T | SimApiFailure> implements ByKey<T> {
  readonly absences = new Map<string, Rejected>();
  /** Whether an item could not be decoded, so that it is unknown which key it belongs to. */
  hasUnreadable = false;

  constructor(
    private readonly read: KeyedRead<T>,
    readonly wanted: ReadonlySet<string>,
  ) {
    super();
  }

  /** Adds the answer of a call for some of the keys. */
  add(keys: readonly string[], items: readonly (T | undefined)[]): void {
    const { operation } = this.read.request();
    for (const item of items) {
      const key = item === undefined ? null : this.read.keyOf(item);
      if (key === null || item === undefined || !this.wanted.has(key)) continue;
      const earlier = this.get(key);
      if (earlier instanceof Ambiguous) continue;
      // Several SIMs share one EID: without this check a change would reach the last one.
      const isOther = earlier !== undefined && 'iccid' in earlier && earlier.iccid !== item.iccid;
      this.set(key, isOther ? new Ambiguous(operation) : item);
    }
    // An unreadable item may belong to any missing SIM, so none of them may be reported as absent.
    if (!items.includes(undefined)) return;
    this.hasUnreadable = true;
    const failure = new Garbled(operation, 'an item that cannot be read');
    for (const key of keys) if (!this.has(key)) this.set(key, failure);
  }

  /** Adds the failure of a call for some of the keys. */
  fail(keys: readonly string[], failure: SimApiFailure): void {
    const isAbsence = failure instanceof Rejected && failure.code === this.read.absentCode;
    for (const key of keys)
      if (isAbsence) this.absences.set(key, failure);
      else this.set(key, failure);
  }

  /** Adds what was found for some of the keys. */
  take(keys: readonly string[], found: ByKey<T>): void {
    for (const key of keys) {
      const item = found.get(key);
      const absence = found.absences.get(key);
      if (item !== undefined) this.set(key, item);
      if (absence !== undefined) this.absences.set(key, absence);
    }
  }
}

export interface KeyedRead<T> {
  /** The request for the items from an offset on; without an offset, from the first. */
  readonly request: (offset?: number) => ApiRequest;
  /** The request for one key, whose answer is the item itself; without it, a list with one item is read. */
  readonly requestForOne?: () => ApiRequest;
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
  /** Called with the items of each read. `askedAtMs`: when the read began, by the monotonic clock. */
  readonly onRead?: ((found: ByKey<T>, keys: readonly string[], askedAtMs: number) => void) | undefined;
}

/**
 * Reads one item for each SIM in the fewest calls; requests of one tenant share calls. Matches by key, never by position: the SIM API may
 * answer in any order, leave out SIMs, return one twice or return others than requested.
 */
export async function readByKey<T extends { readonly iccid: string }>(
  caller: Caller,
  batches: Batches,
  asked: readonly string[],
  read: KeyedRead<T>,
): Promise<ByKey<T>> {
  const { joined, alone, requester, canWait } = caller;
  const { keyName, oneSimCodes, budget } = read;
  const wanted = new Set(asked);
  const keys = wanted.size === asked.length ? asked : [...wanted];
  let search: Search | undefined;
  // One search for all calls of the read: they share its budget.
  const searchOf = () => {
    search ??= batches.search({ oneSimCodes, canWait, budget });
    return search;
  };
  if (joined === undefined || keys.length === 0) return readAlone(alone, batches, keys, read, searchOf());
  const request = read.request();
  const answers = await joined.reads.read<Found<T>>({
    operation: request.operation,
    kind: `${joined.tenant}\n${targetOf(request, keyName)}`,
    keys,
    limits: batches.limits({ request, keyName }),
    requester,
    alone: (part) => readAlone(alone, batches, part, read, searchOf()),
    together: (part, shared) => readTogether(caller.for(shared, true), batches, part, read),
    causeOf: (error) => causeOf(error, oneSimCodes),
    isUncertain: (found, part) =>
      found.hasUnreadable && part.some((key) => found.get(key) instanceof Garbled),
  });
  const [only] = answers;
  if (only !== undefined && answers.length === 1 && only.wanted.size === keys.length) return only;
  const found = new Found(read, wanted);
  for (const answer of answers) found.take(keys, answer);
  return found;
}

/** Reads keys of one request. A failed call is bisected, in order to find the SIMs that cause the failure. */
async function readAlone<T extends { readonly iccid: string }>(
  caller: Caller,
  batches: Batches,
  keys: readonly string[],
  read: KeyedRead<T>,
  search: Search,
): Promise<Found<T>> {
  const askedAtMs = caller.clock.monotonicMs();
  const found = new Found(read, new Set(keys));
  const outcomes = await batches.run(keys, {
    request: read.request(),
    keyName: read.keyName,
    run: (batch, isProbe) => readBatch(caller, batch, read, isProbe),
    search,
  });
  for (const outcome of outcomes) {
    if ('failure' in outcome) found.fail(outcome.keys, outcome.failure);
    else found.add(outcome.keys, outcome.answer);
  }
  read.onRead?.(found, keys, askedAtMs);
  return found;
}

/** Reads keys of several requests in one call, without retries. Errors: SimApiFailure, TooLong. */
async function readTogether<T extends { readonly iccid: string }>(
  caller: Caller,
  batches: Batches,
  keys: readonly string[],
  read: KeyedRead<T>,
): Promise<Found<T>> {
  const askedAtMs = caller.clock.monotonicMs();
  const found = new Found(read, new Set(keys));
  const rows = await batches.once(keys, {
    request: read.request(),
    keyName: read.keyName,
    run: (batch, isProbe) => readBatch(caller, batch, read, isProbe),
  });
  found.add(keys, rows);
  read.onRead?.(found, keys, askedAtMs);
  return found;
}

function causeOf(error: unknown, oneSimCodes: readonly string[]): FailureCause {
  if (error instanceof TooLong) return 'length';
  if (!isSimApiFailure(error)) return 'no key';
  if (error instanceof Rejected && oneSimCodes.includes(error.code)) return 'refusal';
  return mayBlameOne(error, true) ? 'any key' : 'no key';
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
  { request, requestForOne, keyName, listName, decode, keyOf }: KeyedRead<T>,
  isProbe: boolean,
): Promise<readonly (T | undefined)[]> {
  if (requestForOne !== undefined && keys.length === 1) {
    const item = await readItem(caller, { request: requestForOne(), keyName, keys, decode, isProbe });
    // An item of another SIM does not show that this one has none.
    return [item !== undefined && keyOf(item) === keys[0] ? item : undefined];
  }
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
