import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Unreachable } from '../errors.ts';
import type { Layer } from './layer.ts';

/** What a request showed about its path; `neither` if it showed nothing. */
export type Verdict = 'answered' | 'unanswered' | 'neither';

/** Circuit breakers, one for each operation. */
export interface Breakers {
  /** Errors: Unreachable (surely not sent) while the circuit is open, or while another request tests whether it may close. */
  check(operation: string): void;
  /** Admits a request and returns the function to report its verdict. Errors: those of `check`. */
  enter(operation: string): (verdict: Verdict) => void;
}

/** Consecutive unanswered requests that open the circuit for `openForMs`; then one request tests the path. */
const failuresToOpen = 10;
const openForMs = 2000;

interface Circuit {
  failures: number;
  /** Null while closed. */
  openUntilMs: number | null;
  isTesting: boolean;
}

/** Creates breakers that fail fast, except for the test request of a half-open circuit. Time runs on the monotonic clock. */
export function createBreakers(clock: Clock, log: Log): Breakers {
  const circuits = new Map<string, Circuit>();

  function circuitOf(operation: string): Circuit {
    const known = circuits.get(operation);
    if (known !== undefined) return known;
    const circuit: Circuit = { failures: 0, openUntilMs: null, isTesting: false };
    circuits.set(operation, circuit);
    return circuit;
  }

  function check(operation: string): void {
    const { openUntilMs, isTesting } = circuitOf(operation);
    if (openUntilMs !== null && (isTesting || clock.monotonicMs() < openUntilMs))
      throw new Unreachable(operation, 'unavailable', true, 'circuit open', openForMs / 1000);
  }

  function end(operation: string, circuit: Circuit, verdict: Verdict): void {
    circuit.isTesting = false;
    if (verdict === 'neither') return;
    if (verdict === 'answered') {
      if (circuit.openUntilMs !== null) log.info({ operation }, 'SIM API answers again: circuit closed');
      circuit.failures = 0;
      circuit.openUntilMs = null;
      return;
    }
    circuit.failures++;
    if (circuit.failures < failuresToOpen) return;
    if (circuit.openUntilMs === null) log.warn({ operation }, 'SIM API does not answer: circuit open');
    circuit.openUntilMs = clock.monotonicMs() + openForMs;
  }

  return {
    check,
    enter(operation) {
      check(operation);
      const circuit = circuitOf(operation);
      const isTest = circuit.openUntilMs !== null;
      circuit.isTesting = isTest;
      return (verdict) => {
        // A request sent before the circuit opened shows nothing new, unless it was answered.
        if (circuit.openUntilMs !== null && !isTest && verdict !== 'answered') return;
        end(operation, circuit, verdict);
      };
    },
  };
}

/** Fails a call at once while the circuit of its endpoint is open, before it waits for anything. */
export const failFast =
  (breakers: Breakers): Layer =>
  (next) =>
  (call) => {
    breakers.check(call.operation);
    return next(call);
  };

/** Admits a sending unless the circuit of its endpoint is open, and reports how it ended. `timeoutMs`: the usual timeout of one sending. */
export const breaker =
  (breakers: Breakers, timeoutMs: number): Layer =>
  (next) =>
  async (call) => {
    const leave = breakers.enter(call.operation);
    try {
      const answer = await next(call);
      leave('answered');
      return answer;
    } catch (error) {
      // One SIM may make many joined calls fail; the reads that its requests then make alone show whether the endpoint answers.
      const verdict = verdictOf(error, call.timeoutMs < timeoutMs);
      leave(call.options.isJoined && verdict === 'unanswered' ? 'neither' : verdict);
      throw error;
    }
  };

/** What a failure shows about the path: a refusal is an answer; a sending cut short by the call's deadline shows nothing. */
function verdictOf(error: unknown, isCutShort: boolean): Verdict {
  if (!(error instanceof Unreachable)) return 'answered';
  return error.reason === 'unavailable' || (error.reason === 'timeout' && !isCutShort)
    ? 'unanswered'
    : 'neither';
}
