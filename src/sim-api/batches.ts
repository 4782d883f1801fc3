import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { TooLong } from './answer.ts';
import { type ApiRequest, type SimKeyName, targetOf } from './endpoints.ts';
import { isSimApiFailure, Rejected, type SimApiFailure, Unreachable } from './errors.ts';
import { createUrlLimit } from './url-limit.ts';

/** What became of one call for some of the SIMs asked about. */
export type BatchOutcome<T> =
  | { readonly keys: readonly string[]; readonly answer: T }
  | { readonly keys: readonly string[]; readonly failure: SimApiFailure };

/** A call for many SIMs, before it is split. */
export interface BatchedCall<T> {
  readonly request: ApiRequest;
  readonly keyName: SimKeyName;
  /** Errors: SimApiFailure; TooLong for several SIMs. */
  readonly run: (keys: readonly string[]) => Promise<T>;
  /** At most so many SIMs a call; the limit of all calls by default. */
  readonly maxSims?: number;
  /** Refusals that one SIM brings on a whole read: the read is halved until that SIM stands alone. None for a change. */
  readonly blamesOneSim?: (code: string) => boolean;
  /** Told of each outcome as it comes; the others go on meanwhile. */
  readonly onOutcome?: (outcome: BatchOutcome<T>) => Promise<void>;
}

/** Splits long lists of SIMs into the fewest calls that the limits allow. */
export interface Batches {
  /** Makes the calls side by side. Shape: every key in exactly one outcome. Errors: only what is no SimApiFailure. */
  run<T>(keys: readonly string[], call: BatchedCall<T>): Promise<BatchOutcome<T>[]>;
  /** How many SIMs with keys like this one a call holds, one at least. */
  room(call: Omit<BatchedCall<unknown>, 'run'>, key: string): number;
}

/** One read makes so many calls at most to find SIMs that it was refused for: enough for a dozen of them among 1000. */
const mostExtraCalls = 200;

/**
 * Batches within both limits. A call that was too long on its way (414, 431) is divided, and later calls stay below that length for a
 * while. Source: CONTRACT.md "Many SIMs".
 */
export function createBatches(
  limits: {
    readonly maxSimsPerCall: number;
    readonly maxUrlBytes: number;
    /** Bytes that the base path of the API puts before every target. */
    readonly basePathBytes: number;
  },
  clock: Clock,
  log: Log,
): Batches {
  const urlLimit = createUrlLimit(limits.maxUrlBytes, clock, log);

  const bytesOf = (call: Pick<BatchedCall<unknown>, 'request' | 'keyName'>, keys: readonly string[]) =>
    limits.basePathBytes + targetOf(call.request, call.keyName, keys).length;

  /** The fewest batches, of even size where keys of several lengths allow it. */
  function split<T>(keys: readonly string[], call: BatchedCall<T>): (readonly string[])[] {
    const roomForKeys = urlLimit.current() - bytesOf(call, []);
    const filled = fill(keys, Math.min(call.maxSims ?? Infinity, limits.maxSimsPerCall), roomForKeys);
    const even = slices(keys, Math.ceil(keys.length / filled.length));
    return even.every((batch) => listBytes(batch) <= roomForKeys) ? even : filled;
  }

  async function runOne<T>(
    keys: readonly string[],
    call: BatchedCall<T>,
    budget: Budget,
  ): Promise<BatchOutcome<T>[]> {
    const told = async (outcome: BatchOutcome<T>) => {
      await call.onOutcome?.(outcome);
      return [outcome];
    };
    let answer: T;
    try {
      answer = await call.run(keys);
    } catch (error) {
      if (error instanceof TooLong) {
        urlLimit.refused(bytesOf(call, keys));
        const parts = split(keys, call);
        return runAll(parts.length > 1 ? parts : halves(keys), call, budget);
      }
      if (!isSimApiFailure(error)) throw error;
      if (!(error instanceof Rejected && keys.length > 1 && call.blamesOneSim?.(error.code)))
        return told({ keys, failure: error });
      budget.extraCalls -= 2;
      if (budget.extraCalls < 0) return told({ keys, failure: budgetSpent(error) });
      // One half after the other, so that the calls there are reach some SIMs to the end rather than all of them half-way.
      const outcomes: BatchOutcome<T>[] = [];
      for (const half of halves(keys)) outcomes.push(...(await runOne(half, call, budget)));
      return outcomes;
    }
    urlLimit.taken(bytesOf(call, keys));
    return told({ keys, answer });
  }

  async function runAll<T>(
    batches: (readonly string[])[],
    call: BatchedCall<T>,
    budget: Budget,
  ): Promise<BatchOutcome<T>[]> {
    return (await Promise.all(batches.map((batch) => runOne(batch, call, budget)))).flat();
  }

  return {
    run: (keys, call) => runAll(split(keys, call), call, { extraCalls: mostExtraCalls }),
    room(call, key) {
      const most = Math.min(call.maxSims ?? Infinity, limits.maxSimsPerCall);
      const fitting = Math.floor((limits.maxUrlBytes - bytesOf(call, []) + 1) / (key.length + 1));
      return Math.max(1, Math.min(most, fitting));
    },
  };
}

/** What finding the SIMs that a read was refused for may still cost. */
interface Budget {
  extraCalls: number;
}

function budgetSpent(refusal: Rejected): Unreachable {
  const detail = 'too many SIMs are refused one by one';
  return new Unreachable(refusal.operation, 'budget', true, detail, null, refusal);
}

function halves(keys: readonly string[]): (readonly string[])[] {
  return slices(keys, Math.ceil(keys.length / 2));
}

/** Bytes of a list of keys in a URL, its commas included; an ICCID has 19 digits or 20. */
function listBytes(keys: readonly string[]): number {
  return keys.reduce((bytes, key) => bytes + key.length, Math.max(0, keys.length - 1));
}

/** Batches filled to the brim one after the other: no other cut of the list makes fewer. A key too long for itself goes alone. */
function fill(keys: readonly string[], mostKeys: number, mostBytes: number): (readonly string[])[] {
  const batches: string[][] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (open.length === 0 || open.length === mostKeys || bytes + 1 + key.length > mostBytes) {
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
