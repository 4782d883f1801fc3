import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { TooLong } from './answer.ts';
import { type ApiRequest, type SimKeyName, targetOf } from './endpoints.ts';
import { isSimApiFailure, type SimApiFailure } from './errors.ts';
import type { CallLimits } from './joined-call.ts';
import { type Blame, createSearch, type Search } from './search.ts';
import { createUrlLimit } from './url-limit.ts';

/** Outcome of one call for some of the requested SIMs. */
export type BatchOutcome<T> =
  | { readonly keys: readonly string[]; readonly answer: T }
  | { readonly keys: readonly string[]; readonly failure: SimApiFailure };

/** A call for many SIMs, before it is split. */
export interface BatchedCall<T> {
  readonly request: ApiRequest;
  readonly keyName: SimKeyName;
  /** `isProbe`: the call searches for a failing SIM and needs no retries. Errors: SimApiFailure; TooLong for several SIMs. */
  readonly run: (keys: readonly string[], isProbe: boolean) => Promise<T>;
  /** Maximum SIMs in one call. Default: the limit for all calls. */
  readonly maxSims?: number;
  /** Bisects a failed read until the SIM that causes the failure is alone. Undefined for a change. */
  readonly search?: Search;
  /** Called with each outcome as it arrives, while other calls continue. */
  readonly onOutcome?: (outcome: BatchOutcome<T>) => Promise<void>;
}

/** Splits long lists of SIMs into the fewest calls that the limits allow. */
export interface Batches {
  /** Makes the calls concurrently. Shape: every key is in exactly one outcome. Errors: only those that are not a SimApiFailure. */
  run<T>(keys: readonly string[], call: BatchedCall<T>): Promise<BatchOutcome<T>[]>;
  /** Begins the search for the SIMs that cause a read to fail. */
  search(blame: Blame): Search;
  /** How many SIMs with a key as long as this one fit into a call; at least 1. */
  room(call: Omit<BatchedCall<unknown>, 'run'>, key: string): number;
  /** Makes one call for all keys, without retries. Errors: SimApiFailure, TooLong. */
  once<T>(keys: readonly string[], call: BatchedCall<T>): Promise<T>;
  /** How much fits into one call at present. */
  limits(call: Omit<BatchedCall<unknown>, 'run'>): CallLimits;
}

/**
 * Creates batches within both limits. A call whose URL is too long (414, 431) is split, and later calls stay below that length for 30 s.
 * Source: docs/sim-api.md "Many SIMs".
 */
export function createBatches(
  limits: {
    readonly maxSimsPerCall: number;
    readonly maxUrlBytes: number;
    /** Length of the API's base path, which precedes every target. */
    readonly basePathBytes: number;
    /** Deadline for all tries of a call; the search for failing SIMs may take the same time again. */
    readonly deadlineMs: number;
  },
  clock: Clock,
  log: Log,
): Batches {
  const urlLimit = createUrlLimit(limits.maxUrlBytes, clock, log);

  /** Length of the URL of a call, without its keys. */
  const baseBytesOf = ({ request, keyName }: Pick<BatchedCall<unknown>, 'request' | 'keyName'>) =>
    limits.basePathBytes + targetOf(request, keyName).length;
  const maxKeysOf = ({ maxSims = Infinity }: Pick<BatchedCall<unknown>, 'maxSims'>) =>
    Math.min(maxSims, limits.maxSimsPerCall);

  /** Splits into the fewest batches; their sizes are even if the key lengths allow it. */
  function split<T>(keys: readonly string[], { call, baseBytes }: Run<T>): (readonly string[])[] {
    const maxKeys = maxKeysOf(call);
    const roomForKeys = urlLimit.current() - baseBytes;
    if (keys.length > 0 && keys.length <= maxKeys && listBytes(keys) <= roomForKeys) return [keys];
    const filled = fill(keys, maxKeys, roomForKeys);
    const even = slices(keys, Math.ceil(keys.length / filled.length));
    return even.every((batch) => listBytes(batch) <= roomForKeys) ? even : filled;
  }

  /** Makes one call; returns null if its URL was too long. */
  async function attempt<T>(
    keys: readonly string[],
    { call, search, baseBytes }: Run<T>,
    isProbe: boolean,
  ): Promise<BatchOutcome<T> | null> {
    try {
      const answer = await call.run(keys, isProbe);
      search?.note(null);
      urlLimit.taken(baseBytes + listBytes(keys));
      return { keys, answer };
    } catch (error) {
      if (error instanceof TooLong) return null;
      if (!isSimApiFailure(error)) throw error;
      search?.note(error);
      return { keys, failure: error };
    }
  }

  /** Returns the outcome of one call, or splits the call and returns the outcomes of its parts. */
  async function record<T>(
    keys: readonly string[],
    outcome: BatchOutcome<T> | null,
    run: Run<T>,
  ): Promise<BatchOutcome<T>[]> {
    const { call, search, baseBytes } = run;
    if (outcome === null) {
      urlLimit.refused(baseBytes + listBytes(keys));
      const parts = split(keys, run);
      return runAll(parts.length > 1 ? parts : halves(keys), run);
    }
    if ('failure' in outcome) {
      const { failure } = outcome;
      const verdict = keys.length === 1 || search === null ? failure : search.verdict(failure);
      if (verdict === null) return bisect(keys, run);
      outcome = { keys, failure: verdict };
    }
    if (call.onOutcome !== undefined) await call.onOutcome(outcome);
    return [outcome];
  }

  /** Tries both halves before it splits one of them further: an answer between failures shows that there is no outage. */
  async function bisect<T>(keys: readonly string[], run: Run<T>): Promise<BatchOutcome<T>[]> {
    const tried: [readonly string[], BatchOutcome<T> | null][] = [];
    for (const half of halves(keys)) tried.push([half, await attempt(half, run, true)]);
    const outcomes: BatchOutcome<T>[] = [];
    // One half after the other: a limited number of calls then isolates some SIMs completely, not all of them partly.
    for (const [half, outcome] of tried) outcomes.push(...(await record(half, outcome, run)));
    return outcomes;
  }

  async function runOne<T>(keys: readonly string[], run: Run<T>): Promise<BatchOutcome<T>[]> {
    return record(keys, await attempt(keys, run, false), run);
  }

  async function runAll<T>(batches: (readonly string[])[], run: Run<T>): Promise<BatchOutcome<T>[]> {
    const [first] = batches;
    if (first !== undefined && batches.length === 1) return runOne(first, run);
    return (await Promise.all(batches.map((keys) => runOne(keys, run)))).flat();
  }

  return {
    run(keys, call) {
      const run = { call, search: call.search ?? null, baseBytes: baseBytesOf(call) };
      return runAll(split(keys, run), run);
    },
    async once(keys, call) {
      const bytes = baseBytesOf(call) + listBytes(keys);
      try {
        const answer = await call.run(keys, true);
        urlLimit.taken(bytes);
        return answer;
      } catch (error) {
        if (error instanceof TooLong) urlLimit.refused(bytes);
        throw error;
      }
    },
    search: (blame) => createSearch(blame, clock, limits.deadlineMs),
    // One byte more: the first key has no separator.
    limits: (call) => ({ maxKeys: maxKeysOf(call), maxBytes: urlLimit.current() - baseBytesOf(call) + 1 }),
    room(call, key) {
      const keysByUrl = Math.floor((limits.maxUrlBytes - baseBytesOf(call) + 1) / (key.length + 1));
      return Math.max(1, Math.min(maxKeysOf(call), keysByUrl));
    },
  };
}

/** A call that is being split. */
interface Run<T> {
  readonly call: BatchedCall<T>;
  readonly search: Search | null;
  readonly baseBytes: number;
}

function halves(keys: readonly string[]): (readonly string[])[] {
  return slices(keys, Math.ceil(keys.length / 2));
}

/** Bytes of a list of keys in a URL, commas included; an ICCID has 19 or 20 digits. */
function listBytes(keys: readonly string[]): number {
  let bytes = Math.max(0, keys.length - 1);
  for (const key of keys) bytes += key.length;
  return bytes;
}

/** Fills one batch after the other; no other split makes fewer. A key longer than the limit gets a separate batch. */
function fill(keys: readonly string[], maxKeys: number, maxBytes: number): (readonly string[])[] {
  const batches: string[][] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (open.length === 0 || open.length === maxKeys || bytes + 1 + key.length > maxBytes) {
      open = [key];
      bytes = key.length;
      batches.push(open);
    } else {
      open.push(key);
      bytes += 1 + key.length;
    }
  }
  return batches;
}

function slices(keys: readonly string[], size: number): (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let start = 0; start < keys.length; start += size) parts.push(keys.slice(start, start + size));
  return parts;
}
