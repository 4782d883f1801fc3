import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { interpret, refuseBusy, TooManyRequests } from './answer.ts';
import { createBreakers, type Verdict } from './breaker.ts';
import type { Deadline } from './deadline.ts';
import { BadRequest, Garbled, Rejected, Unreachable } from './errors.ts';
import { createRetryAfterGate } from './retry-after-gate.ts';
import { createSemaphore } from './semaphore.ts';
import type { Send, WireAnswer, WireRequest } from './transport.ts';

/** A request that is not sent yet, with its deadline. */
export interface PendingRequest {
  readonly operation: string;
  readonly method: WireRequest['method'];
  readonly target: string;
  readonly body?: string;
  readonly deadline: Deadline;
  /** Default: 4. */
  readonly maxTries?: number;
  /** Awaited right before each sending. Errors: the reason not to send. */
  readonly beforeSend?: () => Promise<void>;
  readonly onSend?: () => void;
}

/** Returns the headers of a request. Called right before each sending, because a token may expire while a call waits in the queue. */
export type HeadersFor = () => Promise<Readonly<Record<string, string>>>;

/** The policies between a call and the network: concurrency, breakers, pauses, retries. */
export interface Pipeline {
  /** Makes one API call within the concurrency limit, guarded by a breaker; waits out a 429 and interprets the answer. */
  once(request: PendingRequest, headersFor: HeadersFor): Promise<unknown>;
  /** Makes one token call, outside the concurrency limit: calls inside the limit wait for the token. */
  token(request: PendingRequest, headersFor: HeadersFor): Promise<WireAnswer>;
  /** Retries `tryOnce` until it succeeds, the deadline passes, or another try might carry out a change twice. */
  withRetries<T>(request: PendingRequest, tryOnce: () => Promise<T>): Promise<T>;
}

/** Maximum tries of a call; the deadline may end them sooner. */
const maxAttempts = 4;
/** A read with a garbled answer is retried once. */
const maxGarbledAttempts = 2;
const backoff = { firstMs: 100, maxMs: 2000 };
/** A change is sent only if this much time is left (less if the settings allow less): otherwise its answer could come too late. */
const defaultMinChangeTimeMs = 1000;

/** Creates the policies of one account; all its calls share the concurrency limit, breakers and pauses. */
export function createPipeline(
  send: Send,
  options: { readonly timeoutMs: number; readonly deadlineMs: number; readonly concurrency: number },
  clock: Clock,
  log: Log,
): Pipeline {
  const limit = createSemaphore(options.concurrency);
  const breakers = createBreakers(clock, log);
  const retryAfterGate = createRetryAfterGate(clock);
  const minTimeForChangeMs = Math.min(defaultMinChangeTimeMs, options.timeoutMs, options.deadlineMs / 2);

  /** Sends one request. Repeats it only after a 429, which means that it was not carried out. */
  async function attempt<T>(
    request: PendingRequest,
    headersFor: HeadersFor,
    take: (wire: WireRequest, answer: WireAnswer) => T,
  ): Promise<T> {
    const { operation, method, target, body, deadline } = request;
    for (;;) {
      await retryAfterGate.waitOut(operation, deadline);
      deadline.check(1);
      const headers = await headersFor();
      await request.beforeSend?.();
      deadline.check(method === 'PUT' ? minTimeForChangeMs : 1);
      const timeoutMs = Math.min(options.timeoutMs, deadline.remainingMs());
      const signals = method === 'PUT' ? [] : deadline.signals;
      const wire: WireRequest = {
        operation,
        method,
        target,
        headers,
        timeoutMs,
        signals,
        ...(body && { body }),
      };
      const leave = breakers.enter(operation);
      request.onSend?.();
      try {
        const taken = take(wire, await send(wire));
        leave('answered');
        return taken;
      } catch (error) {
        leave(verdictOf(error, timeoutMs < options.timeoutMs));
        if (!(error instanceof TooManyRequests)) throw error;
        retryAfterGate.slowDown(error.retryAfter, error.date);
        log.warn({ operation }, 'SIM API asks to slow down');
      }
    }
  }

  return {
    async once(request, headersFor) {
      const { operation, deadline } = request;
      breakers.check(operation);
      return limit.run(operation, deadline, () => attempt(request, headersFor, interpret));
    },

    async token(request, headersFor) {
      request.deadline.begin();
      return attempt(request, headersFor, (wire, answer) => {
        refuseBusy(wire, answer);
        return answer;
      });
    },

    async withRetries({ operation, method, deadline, maxTries = maxAttempts }, tryOnce) {
      for (let tries = 1; ; tries++) {
        try {
          return await tryOnce();
        } catch (error) {
          const pauseMs = backoffMs(tries - 1, backoff) * (0.5 + Math.random());
          if (tries >= maxTries || !mayRepeat(method, error, tries) || pauseMs >= deadline.remainingMs())
            throw error;
          log.debug({ operation, tries, detail: String(error) }, 'retrying SIM API call');
          await deadline.sleep(pauseMs).catch(() => {
            throw error;
          });
        }
      }
    },
  };
}

/** What a failure shows about the path: a refusal is an answer; a request cut short by the call's deadline shows nothing. */
function verdictOf(error: unknown, isCutShort: boolean): Verdict {
  if (!(error instanceof Unreachable)) return 'answered';
  return error.reason === 'unavailable' || (error.reason === 'timeout' && !isCutShort)
    ? 'unanswered'
    : 'neither';
}

/** Whether a retry is harmless and useful: for a read nearly always, for a change only if it was surely not sent. */
function mayRepeat(method: WireRequest['method'], error: unknown, tries: number): boolean {
  if (error instanceof Unreachable) {
    const mayPass = error.reason === 'timeout' || error.reason === 'unavailable';
    return mayPass && error.retryAfterSeconds === null && (method !== 'PUT' || error.surelyNotSent);
  }
  if (method === 'PUT') return false;
  if (error instanceof BadRequest) return false;
  if (error instanceof Garbled) return tries < maxGarbledAttempts;
  return error instanceof Rejected && error.code === 'E000';
}
