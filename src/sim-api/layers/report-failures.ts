import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { TooLong } from '../answer.ts';
import { Garbled, Unreachable } from '../errors.ts';
import type { Layer } from './layer.ts';

/** Logs calls that failed after all retries as Unreachable or Garbled. Skips refusals and aborted calls. */
export interface FailureLog {
  note(request: { operation: string; method: string }, requestId: string, error: unknown): void;
}

/** Minimum time between two lines about failed reads of one path: one query may cause a thousand failures. */
const intervalMs = 1000;

/**
 * Creates a log of every failed change. For failed reads and withheld changes it writes at most one line per path and second, with the
 * number of failures that were not logged since the previous line (`others`).
 */
export function createFailureLog(clock: Clock, log: Log): FailureLog {
  const quiet = new Map<string, { untilMs: number; others: number }>();

  function othersSince(operation: string): number | undefined {
    const now = clock.monotonicMs();
    const last = quiet.get(operation);
    if (last !== undefined && now < last.untilMs) {
      last.others++;
      return undefined;
    }
    quiet.set(operation, { untilMs: now + intervalMs, others: 0 });
    return last?.others ?? 0;
  }

  return {
    note({ operation, method }, requestId, error) {
      if (!(error instanceof Unreachable || error instanceof Garbled)) return;
      const reason = error instanceof Garbled ? 'garbled' : error.reason;
      if (reason === 'aborted') return;
      // Hundreds of changes can be withheld at once, so their lines are limited like those of reads.
      const isRare = method === 'PUT' && reason !== 'withheld';
      const others = isRare ? 0 : othersSince(operation);
      if (others === undefined) return;
      const sent = error instanceof Unreachable && error.surelyNotSent ? 'no' : 'perhaps';
      log.warn(
        { requestId, operation, method, reason, detail: error.detail, sent, ...(others > 0 && { others }) },
        'SIM API call failed',
      );
    },
  };
}

/**
 * Logs the failure that a call ends with. Several SIMs can be split into more calls after a 414 or 431; any other call that is too long did
 * not arrive, so it was surely not carried out.
 */
export const reportFailures =
  (failures: FailureLog): Layer =>
  (next) =>
  async (call) => {
    try {
      return await next(call);
    } catch (thrown) {
      const isTooLong = thrown instanceof TooLong && call.options.keys.length <= 1;
      const error = isTooLong ? new Unreachable(call.operation, 'length', true, 'HTTP 414 or 431') : thrown;
      failures.note(call, call.options.trace.requestId, error);
      throw error;
    }
  };
