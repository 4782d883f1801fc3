import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Garbled, Unreachable } from './errors.ts';

/** Tells the log of calls that failed for good, without an answer that the caller could have expected. */
export interface FailureLog {
  note(request: { operation: string; method: string }, requestId: string, error: unknown): void;
}

/** Of failed reads of one path a line is written so often; one query may bring a thousand. */
const intervalMs = 1000;

/** A failure log: every change that failed, and of reads the first in a while with how many there were. */
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
      // A change that may not be sent any more holds back hundreds of calls at once.
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
