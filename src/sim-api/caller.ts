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

/** What the calls made for one request have in common; the client counts into it. */
export interface CallTrace {
  /** Stands in the log beside whatever goes wrong. */
  readonly requestId: string;
  /** HTTP requests made for it so far, repeated ones counted each, token calls not. */
  upstreamCalls: number;
  /** Items in answers that could not be read and were passed over. */
  unreadableItems: number;
}

/** Asked right before each sending of a change, with its SIMs: false keeps it from being sent. */
export type BeforeSend = (iccids: readonly string[]) => Promise<boolean>;

type MakeCall = (
  request: ApiRequest,
  keyName?: SimKeyName,
  keys?: readonly string[],
  options?: {
    readonly beforeSend?: BeforeSend;
    /** One try is enough. */
    readonly isProbe?: boolean;
  },
) => Promise<unknown>;

/** What holds for all calls of one trace. */
export interface CallTerms {
  /** Ends reads; a change is never ended half-way. */
  readonly signal?: AbortSignal | undefined;
  /** Lets a call through when its turn has come; it then stands in line with all others. */
  readonly schedule?: (<T>(call: () => Promise<T>, isChange: boolean) => Promise<T>) | undefined;
  /** Reads that no client waits for: SIMs that they time out for are looked for, too. */
  readonly canWait?: boolean;
  /** Told of all SIMs that are read. */
  readonly onSimsRead?: OnSimsRead | undefined;
}

/**
 * Hears of SIMs as they are read: those `absent` were asked for by ICCID and are not there. `askedAtMs` is when the read began, by the
 * monotonic clock.
 */
export type OnSimsRead = (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;

/** Makes one call of the SIM API, SIMs named by one kind of key. Errors: SimApiFailure; TooLong if it names several SIMs. */
export type Call = MakeCall & { readonly trace: CallTrace; readonly canWait: boolean };

/** The token at hand, the one that another gateway has got, and one that this gateway logs in for. */
const maxTokens = 3;

/** Gives the `Call` of one trace: authorised, within a deadline, tried again where that is harmless. `stopping` ends all waits. */
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

  /** The token at hand, or another one if that was refused. */
  async function tokenFor({ deadline }: PendingRequest, refused: string | undefined): Promise<string> {
    const current = tokens.current();
    if (current !== undefined && current !== refused) return current;
    return deadline.wait(tokens.renew(refused).catch(refuseUnsent));
  }

  /** Whether a call that was refused with 401 may succeed with another token, after so many tries. */
  function mayHelp(operation: string, token: string, tries: number): boolean {
    if (tries < maxTokens && tokens.current() !== token) return true;
    const isFresh = tries > 1 && tokens.isOwn(token);
    if (isFresh) refusals.note(operation, token);
    return tries < maxTokens && !isFresh && !refusals.isRefusing(operation);
  }

  /** Makes one call with a token; one that is refused is replaced by a new one once. */
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
          throw new Unreachable(request.operation, 'credentials', true, 'the path refuses a good token');
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
            throw new Unreachable(operation, 'withheld', true, 'it could not be written down before');
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
        // A list of SIMs can be divided; anything else did not arrive, so it was surely not carried out.
        const isTooLong = thrown instanceof TooLong && keys.length <= 1;
        const error = isTooLong ? new Unreachable(operation, 'length', true, 'HTTP 414 or 431') : thrown;
        failures.note(request, trace.requestId, error);
        throw error;
      }
    };
    return Object.assign(call, { trace, canWait });
  };
}

/** Gives the function that sends one form to the token endpoint: with tries of its own, since its answer serves many calls. */
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

/** Whatever kept the token away, the call that waits for it has surely not been sent. */
function refuseUnsent(error: unknown): never {
  if (error instanceof Garbled) throw new Unreachable(tokenOperation, 'unavailable', true, error.detail);
  if (!(error instanceof Unreachable)) throw error;
  throw new Unreachable(tokenOperation, error.reason, true, error.detail, error.retryAfterSeconds);
}

function atOnce<T>(call: () => Promise<T>): Promise<T> {
  return call();
}
