import { TooLong } from './answer.ts';
import { type ApiRequest, type SimKeyName, targetOf } from './endpoints.ts';
import { Garbled, isSimApiFailure, Rejected, type SimApiFailure } from './errors.ts';

/** What became of one call for some of the SIMs asked about. */
export type BatchOutcome<T> =
  | { readonly keys: readonly string[]; readonly answer: T }
  | { readonly keys: readonly string[]; readonly failure: SimApiFailure };

/** A call for many SIMs, before it is split. */
export interface BatchedCall<T> {
  readonly request: ApiRequest;
  readonly keyName: SimKeyName;
  readonly run: (keys: readonly string[]) => Promise<T>;
  /** Refusals that one SIM brings on a whole read: the read is halved until that SIM stands alone. None for a change. */
  readonly blamesOneSim?: (code: string) => boolean;
}

/** Splits long lists of SIMs into the fewest calls that the limits allow. */
export interface Batches {
  /** Makes the calls side by side. Shape: every key in exactly one outcome. Errors: only what is no SimApiFailure. */
  run<T>(keys: readonly string[], call: BatchedCall<T>): Promise<BatchOutcome<T>[]>;
}

/** Below this no list of SIMs fits into a URL, so no 414 is believed to mean less. */
const shortestUrlBytes = 200;

/**
 * Batches within both limits. A call that was too long for somebody on the way (414, 431) is halved, and every later
 * call stays below that length. Source: CONTRACT.md "Many SIMs".
 */
export function createBatches(limits: {
  readonly maxSimsPerCall: number;
  readonly maxUrlBytes: number;
  /** Bytes that the base path of the API puts before every target. */
  readonly basePathBytes: number;
}): Batches {
  let maxUrlBytes = limits.maxUrlBytes;

  const bytesOf = <T>(call: BatchedCall<T>, keys: readonly string[]) =>
    limits.basePathBytes + targetOf(call.request, call.keyName, keys).length;

  function split<T>(keys: readonly string[], call: BatchedCall<T>): (readonly string[])[] {
    const [first] = keys;
    if (first === undefined) return [];
    const perKey = first.length + 1;
    const fitting = 1 + Math.floor((maxUrlBytes - bytesOf(call, [first])) / perKey);
    const most = Math.max(1, Math.min(limits.maxSimsPerCall, fitting));
    const size = Math.ceil(keys.length / Math.ceil(keys.length / most));
    return slices(keys, size);
  }

  async function runOne<T>(keys: readonly string[], call: BatchedCall<T>): Promise<BatchOutcome<T>[]> {
    try {
      return [{ keys, answer: await call.run(keys) }];
    } catch (error) {
      if (error instanceof TooLong) {
        if (keys.length === 1)
          return [{ keys, failure: new Garbled(call.request.operation, 'too long for one SIM') }];
        const tooLong = bytesOf(call, keys);
        maxUrlBytes = Math.max(shortestUrlBytes, Math.min(maxUrlBytes, Math.ceil(tooLong / 2)));
        return runAll(slices(keys, Math.ceil(keys.length / 2)), call);
      }
      if (!isSimApiFailure(error)) throw error;
      if (error instanceof Rejected && keys.length > 1 && call.blamesOneSim?.(error.code))
        return runAll(slices(keys, Math.ceil(keys.length / 2)), call);
      return [{ keys, failure: error }];
    }
  }

  async function runAll<T>(batches: (readonly string[])[], call: BatchedCall<T>): Promise<BatchOutcome<T>[]> {
    return (await Promise.all(batches.map((batch) => runOne(batch, call)))).flat();
  }

  return { run: (keys, call) => runAll(split(keys, call), call) };
}

function slices(keys: readonly string[], size: number): (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let start = 0; start < keys.length; start += size) parts.push(keys.slice(start, start + size));
  return parts;
}
