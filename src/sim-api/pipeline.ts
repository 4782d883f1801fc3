import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { interpret, refuseBusy } from './answer.ts';
import { authorize, repeatAfter401 } from './layers/authorization.ts';
import { breaker, createBreakers, failFast } from './layers/breaker.ts';
import { claim } from './layers/claim.ts';
import { type Dispatch, throughLayers } from './layers/layer.ts';
import { queue, withoutQueue } from './layers/queue.ts';
import { rateLimit } from './layers/rate-limit.ts';
import { createFailureLog, reportFailures } from './layers/report-failures.ts';
import { retry } from './layers/retry.ts';
import { createRetryAfterGate, pauseAfter429 } from './layers/retry-after-gate.ts';
import { timeout } from './layers/timeout.ts';
import type { HttpAnswer, Transport } from './layers/transport.ts';
import type { TokenSource } from './token.ts';

/** Sends API calls and token calls. All calls of an account share the breakers and the pauses. */
export interface Pipeline {
  /** Creates the dispatch of API calls, which resolves to the JSON of the answer. Errors: SimApiFailure; TooLong for several SIMs. */
  apiCalls(tokens: TokenSource): Dispatch<unknown>;
  /** Dispatches token calls. They do not queue, because calls that have a slot wait for the token. Errors: Unreachable, Garbled. */
  readonly tokenCalls: Dispatch<HttpAnswer>;
}

/** A change is sent only if this much time is left (less if the settings allow less). */
const defaultMinChangeTimeMs = 1000;

export function createPipeline(
  transport: Transport,
  options: { readonly timeoutMs: number; readonly deadlineMs: number; readonly concurrency: number },
  clock: Clock,
  log: Log,
): Pipeline {
  const { timeoutMs, deadlineMs, concurrency } = options;
  const breakers = createBreakers(clock, log);
  const gate = createRetryAfterGate(clock);
  const minChangeTimeMs = Math.min(defaultMinChangeTimeMs, timeoutMs, deadlineMs / 2);

  return {
    // docs/architecture.md "A call of the SIM API" has the reasons for the order. Some layers need another one before them: `claim` needs
    // the token of `authorize`, because nothing may wait after a claim; `breaker` and the transport need the value that `timeout` sets.
    apiCalls: (tokens) =>
      throughLayers(
        [
          reportFailures(createFailureLog(clock, log)),
          retry(log),
          rateLimit,
          failFast(breakers),
          queue(concurrency),
          repeatAfter401(tokens, clock),
          pauseAfter429(gate, log),
          authorize(tokens),
          claim(minChangeTimeMs),
          timeout(timeoutMs),
          breaker(breakers, timeoutMs),
        ],
        transport.dispatch(interpret),
      ),
    tokenCalls: throughLayers(
      [retry(log), withoutQueue, pauseAfter429(gate, log), timeout(timeoutMs), breaker(breakers, timeoutMs)],
      transport.dispatch((call, answer) => {
        refuseBusy(call, answer);
        return answer;
      }),
    ),
  };
}
