import {
  BrokenCircuitError,
  type BulkheadPolicy,
  bulkhead,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { interpret, refuseBusy, TooManyRequests } from './answer.ts';
import type { Deadline } from './deadline.ts';
import { Garbled, Rejected, Unreachable } from './errors.ts';
import type { Send, WireAnswer, WireRequest } from './transport.ts';

/** A request with the moment by which it must be over. */
export interface PatientRequest extends Omit<WireRequest, 'timeoutMs'> {
  readonly deadline: Deadline;
}

/** How an answer is taken: `interpret` for the API's own, something plainer for a token. */
type Take<T> = (request: WireRequest, answer: WireAnswer) => T;

/** Gives the headers that authorise a request; asked right before each sending, since a token may end while a call waits its turn. */
export type Authorize = () => Promise<Readonly<Record<string, string>>>;

const unauthorized: Authorize = async () => ({});

/** What stands between a call and the network. */
export interface Policy {
  /** One call of the API: limited, guarded by a breaker, its answer interpreted; a 429 is waited out. */
  once(request: PatientRequest, authorize: Authorize): Promise<unknown>;
  /** Makes tries until one gives an answer, the deadline is near, or another try might do a change twice. */
  persist<T>(method: WireRequest['method'], deadline: Deadline, tryOnce: () => Promise<T>): Promise<T>;
  /** One token call: outside the limit, since the calls inside it wait for the token. */
  token(request: PatientRequest): Promise<WireAnswer>;
}

/** Tries of a read; the deadline may end them sooner. */
const mostTries = 4;
/** An answer that makes no sense is asked for once more. */
const mostGarbledTries = 2;
const firstPauseMs = 100;
const longestPauseMs = 2000;
/** A 429 without a Retry-After, and the longest one obeyed. */
const usualWaitMs = 1000;
const longestWaitMs = 10_000;
/** So many failures of one path in a row open its breaker, for this long. */
const failuresToOpen = 10;
const openForMs = 2000;

/** The policy for one account: its limits, breakers and waits are shared by all its calls. */
export function createPolicy(
  send: Send,
  options: { readonly timeoutMs: number; readonly concurrency: number },
  clock: Clock,
  log: Log,
): Policy {
  const limit = bulkhead(options.concurrency, Number.POSITIVE_INFINITY);
  const breakers = new Map<string, CircuitBreakerPolicy>();
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  function breakerOf(operation: string): CircuitBreakerPolicy {
    const known = breakers.get(operation);
    if (known !== undefined) return known;
    const breaker = circuitBreaker(
      handleWhen(
        // A token that cannot be had says nothing about this path.
        (error) =>
          error instanceof Unreachable && error.operation === operation && error.reason !== 'aborted',
      ),
      { halfOpenAfter: openForMs, breaker: new ConsecutiveBreaker(failuresToOpen) },
    );
    breaker.onBreak(() => log.warn({ operation }, 'SIM API does not answer: circuit open'));
    breaker.onReset(() => log.info({ operation }, 'SIM API answers again: circuit closed'));
    breakers.set(operation, breaker);
    return breaker;
  }

  /** Holds everybody back while the SIM API asks for a pause; gives up at once where it outlasts the deadline. */
  async function pause({ operation, deadline }: PatientRequest): Promise<void> {
    for (;;) {
      const waitMs = pausedUntilMs - clock.monotonicMs();
      if (waitMs <= 0) return;
      if (waitMs >= deadline.remainingMs())
        throw new Unreachable(operation, 'unavailable', true, 'HTTP 429', Math.ceil(waitMs / 1000));
      await sleep(waitMs);
    }
  }

  /** One request, repeated only after a 429, which keeps it from being carried out. */
  async function pacedSend<T>(request: PatientRequest, authorize: Authorize, take: Take<T>): Promise<T> {
    for (;;) {
      await pause(request);
      const headers = await authorize();
      const timeoutMs = Math.min(options.timeoutMs, request.deadline.remainingMs());
      const wire: WireRequest = { ...request, headers: { ...request.headers, ...headers }, timeoutMs };
      const answer = await send(wire);
      try {
        return take(wire, answer);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) throw error;
        pausedUntilMs = Math.max(pausedUntilMs, clock.monotonicMs() + waitAskedFor(error.retryAfter, clock));
        log.warn({ operation: request.operation }, 'SIM API asks to slow down');
      }
    }
  }

  /** One guarded try. An open breaker says so at once, and asks to be left alone for as long as it stays open. */
  async function guarded<T>(request: PatientRequest, authorize: Authorize, take: Take<T>): Promise<T> {
    let tried: { readonly answer: T } | { readonly refusal: unknown };
    try {
      tried = await breakerOf(request.operation).execute(async () => {
        try {
          return { answer: await pacedSend(request, authorize, take) };
        } catch (error) {
          // A refusal is an answer: it ends a row of failures.
          if (error instanceof Unreachable) throw error;
          return { refusal: error };
        }
      });
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new Unreachable(request.operation, 'unavailable', true, 'circuit open', openForMs / 1000);
    }
    if ('refusal' in tried) throw tried.refusal;
    return tried.answer;
  }

  return {
    once: (request, authorize) => waitingInTime(request, limit, () => guarded(request, authorize, interpret)),

    token: (request) =>
      guarded(request, unauthorized, (wire, answer) => {
        refuseBusy(wire, answer);
        return answer;
      }),

    async persist(method, deadline, tryOnce) {
      for (let tries = 1; ; tries++) {
        try {
          return await tryOnce();
        } catch (error) {
          const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1)) * (0.5 + Math.random());
          if (!mayRepeat(method, error, tries) || pauseMs >= deadline.remainingMs()) throw error;
          log.debug({ tries, detail: error instanceof Error ? error.message : 'unknown' }, 'trying again');
          await sleep(pauseMs);
        }
      }
    },
  };
}

/** Whether another try is harmless and makes sense: for a read nearly always, for a change only where it surely was not sent. */
function mayRepeat(method: WireRequest['method'], error: unknown, tries: number): boolean {
  if (tries >= mostTries) return false;
  if (error instanceof Unreachable) {
    const mayPass = error.reason === 'timeout' || error.reason === 'unavailable';
    return mayPass && error.retryAfterSeconds === null && (method !== 'PUT' || error.surelyNotSent);
  }
  if (method === 'PUT') return false;
  if (error instanceof Garbled) return tries < mostGarbledTries;
  return error instanceof Rejected && error.code === 'E000';
}

/** Runs `work` when the limit lets it, unless the deadline passes while it waits for its turn. */
function waitingInTime<T>(
  request: PatientRequest,
  limit: BulkheadPolicy,
  work: () => Promise<T>,
): Promise<T> {
  if (limit.executionSlots > 0) return limit.execute(work);
  return new Promise<T>((resolve, reject) => {
    let begun = false;
    let over = false;
    const timer = setTimeout(() => {
      if (begun) return;
      over = true;
      reject(new Unreachable(request.operation, 'timeout', true, 'no turn in time'));
    }, request.deadline.remainingMs());
    limit
      .execute(async () => {
        if (over) return;
        begun = true;
        clearTimeout(timer);
        await work().then(resolve, reject);
      })
      .catch(reject);
  });
}

/** Milliseconds to wait after a 429: seconds or a date, at least a little, never absurdly long. */
function waitAskedFor(retryAfter: string | undefined, clock: Clock): number {
  if (retryAfter === undefined) return usualWaitMs;
  const seconds = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) : undefined;
  const waitMs = seconds === undefined ? Date.parse(retryAfter) - clock.now().getTime() : seconds * 1000;
  if (Number.isNaN(waitMs)) return usualWaitMs;
  return Math.min(longestWaitMs, Math.max(firstPauseMs, waitMs));
}

function sleep(lengthMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lengthMs));
}
