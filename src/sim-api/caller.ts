import type { Clock } from '../base/clock.ts';
import { TokenRefused } from './answer.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { type ApiRequest, type SimKeyName, targetOf, tokenOperation, tokenPath } from './endpoints.ts';
import { Garbled, Unreachable } from './errors.ts';
import type { PatientRequest, Policy } from './policy.ts';
import type { TokenSource } from './token.ts';
import type { WireAnswer } from './transport.ts';

/** What the calls made for one request have in common; the client counts its calls into it. */
export interface CallTrace {
  /** HTTP requests made for it so far, repeated ones counted each, token calls not. */
  upstreamCalls: number;
  /** Ends reads that nobody waits for any more. A change is never ended half-way. */
  readonly signal?: AbortSignal;
}

/** One call of the SIM API, SIMs named by one kind of key. Errors: SimApiFailure, TooLong. */
export type Call = (request: ApiRequest, keyName?: SimKeyName, keys?: readonly string[]) => Promise<unknown>;

/** Gives the `Call` of one trace: authorised, within a deadline, tried again where that is harmless. */
export function createCaller(
  policy: Policy,
  tokens: TokenSource,
  options: { readonly deadlineMs: number },
  clock: Clock,
): (trace: CallTrace) => Call {
  async function authorised(request: PatientRequest, trace: CallTrace): Promise<unknown> {
    for (let repeated = false; ; repeated = true) {
      let token = '';
      try {
        return await policy.once(request, async () => {
          token = tokens.current() ?? (await tokenInTime(tokens.renew(), request.deadline));
          trace.upstreamCalls++;
          return { authorization: `Bearer ${token}` };
        });
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error;
        tokens.discard(token);
        if (repeated)
          throw new Unreachable(request.operation, 'credentials', true, 'a new token was refused');
      }
    }
  }

  return (trace) => (asked, keyName, keys) => {
    const deadline = createDeadline(clock, options.deadlineMs);
    const request: PatientRequest = {
      operation: asked.operation,
      method: asked.method,
      target: targetOf(asked, keyName, keys),
      headers: {},
      deadline,
      ...(trace.signal !== undefined && asked.method === 'GET' && { signal: trace.signal }),
    };
    return policy.persist(asked.method, deadline, () => authorised(request, trace));
  };
}

/** Gives the function that sends one form to the token endpoint: with tries of its own, since its answer serves many calls. */
export function createTokenPost(
  policy: Policy,
  options: { readonly deadlineMs: number },
  clock: Clock,
): (form: Readonly<Record<string, string>>) => Promise<WireAnswer> {
  return (form) => {
    const deadline = createDeadline(clock, options.deadlineMs);
    const request: PatientRequest = {
      operation: tokenOperation,
      method: 'POST',
      target: tokenPath,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      deadline,
    };
    return policy.persist('POST', deadline, () => policy.token(request));
  };
}

/**
 * The token, unless the deadline passes first; its renewal goes on, since others may wait for it too.
 * Errors: Unreachable, and always one that says that nothing was sent: what waits for a token has not left yet.
 */
function tokenInTime(renewal: Promise<string>, deadline: Deadline): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Unreachable(tokenOperation, 'timeout', true, 'no token in time')),
      deadline.remainingMs(),
    );
    renewal.then(resolve, (error) => reject(withoutToken(error))).finally(() => clearTimeout(timer));
  });
}

function withoutToken(error: unknown): unknown {
  if (error instanceof Garbled) return new Unreachable(tokenOperation, 'unavailable', true, error.detail);
  if (!(error instanceof Unreachable)) return error;
  return new Unreachable(tokenOperation, error.reason, true, error.detail, error.retryAfterSeconds);
}
