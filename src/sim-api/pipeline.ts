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

/** A request that is not on its way yet, with how long it may go on. */
export interface PendingRequest {
  readonly operation: string;
  readonly method: WireRequest['method'];
  readonly target: string;
  readonly body?: string;
  readonly deadline: Deadline;
  /** Default: four for a read. */
  readonly maxTries?: number;
  /** Lets a request go, right before each sending. Errors: what keeps it from being sent. */
  readonly beforeSend?: () => Promise<void>;
  /** Told right before each sending. */
  readonly onSend?: () => void;
}

/** Gives the headers of a request; asked right before each sending, since a token may end while a call waits for its turn. */
export type HeadersFor = () => Promise<Readonly<Record<string, string>>>;

/** What stands between a call and the network. */
export interface Pipeline {
  /** One call of the API: limited, guarded by a breaker, its answer interpreted; a 429 is waited out. */
  once(request: PendingRequest, headersFor: HeadersFor): Promise<unknown>;
  /** One token call: outside the limit, since the calls inside it wait for the token. */
  token(request: PendingRequest, headersFor: HeadersFor): Promise<WireAnswer>;
  /** Makes tries until one gives an answer, the patience ends, or another try might do a change twice. */
  withRetries<T>(request: PendingRequest, tryOnce: () => Promise<T>): Promise<T>;
}

/** Tries of a read; the deadline may end them sooner. */
const maxAttempts = 4;
/** An answer that makes no sense is asked for once more. */
const maxGarbledAttempts = 2;
const backoff = { firstMs: 100, maxMs: 2000 };
/** A change is not sent just to lose its answer: so much time must be left for it, where the settings give that much. */
const minChangeTimeMs = 1000;

/** The policy for one account: its limit, breakers and pauses are shared by all its calls. */
export function createPipeline(
  send: Send,
  options: { readonly timeoutMs: number; readonly deadlineMs: number; readonly concurrency: number },
  clock: Clock,
  log: Log,
): Pipeline {
  const limit = createSemaphore(options.concurrency);
  const breakers = createBreakers(clock, log);
  const retryAfterGate = createRetryAfterGate(clock);
  const minTimeForChangeMs = Math.min(minChangeTimeMs, options.timeoutMs, options.deadlineMs / 2);

  /** One request, repeated only after a 429, which keeps it from being carried out. */
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
          log.debug({ operation, tries, detail: String(error) }, 'trying again');
          await deadline.sleep(pauseMs).catch(() => {
            throw error;
          });
        }
      }
    },
  };
}

/** What a failure says about the path: a refusal is an answer, and a request cut short by our own deadline says nothing. */
function verdictOf(error: unknown, isCutShort: boolean): Verdict {
  if (!(error instanceof Unreachable)) return 'answered';
  return error.reason === 'unavailable' || (error.reason === 'timeout' && !isCutShort)
    ? 'unanswered'
    : 'neither';
}

/** Whether another try is harmless and makes sense: for a read nearly always, for a change only where it surely was not sent. */
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
