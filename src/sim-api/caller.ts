import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { TokenRefused, TooLong } from './answer.ts';
import { createDeadline } from './deadline.ts';
import { type ApiRequest, type SimKeyName, targetOf, tokenOperation, tokenPath } from './endpoints.ts';
import { Garbled, Rejected, Unreachable } from './errors.ts';
import { createFailureLog } from './failure-log.ts';
import { createPathRefusals } from './path-refusals.ts';
import type { PendingRequest, Pipeline } from './pipeline.ts';
import type { TokenSource } from './token.ts';
import type { WireAnswer } from './transport.ts';
import type { Sim } from './wire/sim.wire.ts';

/** Request ID and counters that all calls of one request share; the client updates the counters. */
export interface CallTrace {
  /** Logged with each failure. */
  readonly requestId: string;
  /** HTTP requests sent so far, retries included, token calls excluded. */
  upstreamCalls: number;
  /** Items that could not be decoded and were skipped. */
  unreadableItems: number;
}

/** Called right before each sending of a change, with its SIMs; false withholds the call. */
export type BeforeSend = (iccids: readonly string[]) => Promise<boolean>;

type MakeCall = (
  request: ApiRequest,
  keyName?: SimKeyName,
  keys?: readonly string[],
  options?: {
    readonly beforeSend?: BeforeSend;
    /** Disables retries. */
    readonly isProbe?: boolean;
  },
) => Promise<unknown>;

/** Options for all calls of one trace. */
export interface CallTerms {
  /** Aborts reads; changes ignore it. */
  readonly signal?: AbortSignal | undefined;
  /** Starts a call when its turn comes; the call then waits in the client's queue like all others. */
  readonly schedule?: (<T>(call: () => Promise<T>, isChange: boolean) => Promise<T>) | undefined;
  /** True for reads that no client waits for: they bisect timeouts, too, to find the SIM that causes them. */
  readonly canWait?: boolean;
  /** Called with all SIMs that are read. */
  readonly onSimsRead?: OnSimsRead | undefined;
}

/**
 * Receives SIMs as they are read. `absent`: ICCIDs that were requested and do not exist. `askedAtMs`: when the read began, by the monotonic
 * clock.
 */
export type OnSimsRead = (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;

/** Makes one call of the SIM API; one kind of key names its SIMs. Errors: SimApiFailure; TooLong if the call names several SIMs. */
export type Call = MakeCall & { readonly trace: CallTrace; readonly canWait: boolean };

/** Maximum tokens for one call: the current one, one that another gateway obtained, and one that this gateway logs in for. */
const maxTokens = 3;

/** Creates the `Call` of one trace: authorised, with a deadline, retried if a retry is harmless. `stopping` ends all waits. */
export function createCaller(
  pipeline: Pipeline,
  tokens: TokenSource,
  options: { readonly deadlineMs: number },
  stopping: AbortSignal,
  clock: Clock,
  log: Log,
): (trace: CallTrace, terms?: CallTerms) => Call {
  const failures = createFailureLog(clock, log);

  const refusals = createPathRefusals(clock);

  /** Returns the current token, or a new one if the current one was refused. */
  async function tokenFor({ deadline }: PendingRequest, refused: string | undefined): Promise<string> {
    const current = tokens.current();
    if (current !== undefined && current !== refused) return current;
    return deadline.wait(tokens.renew(refused).catch(refuseUnsent));
  }

  /** Whether a call that was refused with 401 may succeed with another token, after `tries` tries. */
  function mayHelp(operation: string, token: string, tries: number): boolean {
    if (tries < maxTokens && tokens.current() !== token) return true;
    const isFresh = tries > 1 && tokens.isOwn(token);
    if (isFresh) refusals.note(operation, token);
    return tries < maxTokens && !isFresh && !refusals.isRefusing(operation);
  }

  /** Makes one call; if its token is refused, repeats the call with another one, up to `maxTokens` tokens. */
  async function authorised(request: PendingRequest): Promise<unknown> {
    let refused: string | undefined;
    for (let tries = 1; ; tries++) {
      let token = '';
      try {
        const answer = await pipeline.once(request, async () => {
          token = await tokenFor(request, refused);
          return { authorization: `Bearer ${token}` };
        });
        tokens.accepted(token);
        return answer;
      } catch (error) {
        if (error instanceof Rejected) tokens.accepted(token);
        if (!(error instanceof TokenRefused)) throw error;
        if (!mayHelp(request.operation, token, tries))
          throw new Unreachable(request.operation, 'credentials', true, 'the path refuses a valid token');
        refused = token;
      }
    }
  }

  return (trace, { signal, schedule = atOnce, canWait = false } = {}) => {
    const call: MakeCall = async (asked, keyName, keys = [], { beforeSend, isProbe = false } = {}) => {
      const { operation, method } = asked;
      const signals = signal !== undefined && method === 'GET' ? [signal, stopping] : [stopping];
      const deadline = createDeadline(clock, operation, options.deadlineMs, signals);
      const request: PendingRequest = {
        operation,
        method,
        target: targetOf(asked, keyName, keys),
        deadline,
        ...(isProbe && { maxTries: 1 }),
        async beforeSend() {
          if (beforeSend !== undefined && !(await beforeSend(keys)))
            throw new Unreachable(operation, 'withheld', true, 'the change could not be recorded');
        },
        onSend: () => {
          trace.upstreamCalls++;
        },
      };
      try {
        return await pipeline.withRetries(request, () =>
          schedule(() => authorised(request), method === 'PUT'),
        );
      } catch (thrown) {
        // Several SIMs can be split into more calls. Any other call that is too long did not arrive, so it was surely not carried out.
        const isTooLong = thrown instanceof TooLong && keys.length <= 1;
        const error = isTooLong ? new Unreachable(operation, 'length', true, 'HTTP 414 or 431') : thrown;
        failures.note(request, trace.requestId, error);
        throw error;
      }
    };
    return Object.assign(call, { trace, canWait });
  };
}

/**
 * Creates the function that posts a form to the token endpoint. It has a separate deadline and retries, because its answer serves many
 * calls.
 */
export function createTokenPost(
  pipeline: Pipeline,
  options: { readonly deadlineMs: number },
  stopping: AbortSignal,
  clock: Clock,
): (form: Readonly<Record<string, string>>) => Promise<WireAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (form) => {
    const request: PendingRequest = {
      operation: tokenOperation,
      method: 'POST',
      target: tokenPath,
      body: new URLSearchParams(form).toString(),
      deadline: createDeadline(clock, tokenOperation, options.deadlineMs, [stopping]),
    };
    return pipeline.withRetries(request, () => pipeline.token(request, async () => headers));
  };
}

/** Rethrows a failure of the token call as surely not sent: the call that waits for the token has not been sent. */
function refuseUnsent(error: unknown): never {
  if (error instanceof Garbled) throw new Unreachable(tokenOperation, 'unavailable', true, error.detail);
  if (!(error instanceof Unreachable)) throw error;
  throw new Unreachable(tokenOperation, error.reason, true, error.detail, error.retryAfterSeconds);
}

function atOnce<T>(call: () => Promise<T>): Promise<T> {
  return call();
}
