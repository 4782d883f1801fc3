import type { Clock } from '../../base/clock.ts';
import { TokenRefused } from '../answer.ts';
import { tokenOperation } from '../endpoints.ts';
import { Garbled, Rejected, Unreachable } from '../errors.ts';
import type { TokenSource } from '../token.ts';
import type { Layer } from './layer.ts';
import { createPathRefusals } from './path-refusals.ts';

/** Maximum tokens for one try: the current one, one that another gateway obtained, and one that this gateway logs in for. */
const maxTokens = 3;

/**
 * After a 401, repeats the call with another token, which `authorize` obtains. Errors: Unreachable (surely not sent) if no other token may
 * help.
 */
export function repeatAfter401(tokens: TokenSource, clock: Clock): Layer {
  const refusals = createPathRefusals(clock);

  /** Whether a call that was refused with 401 may succeed with another token, after `tries` tokens. */
  function mayHelp(operation: string, token: string, tries: number): boolean {
    if (tries < maxTokens && tokens.current() !== token) return true;
    const isFresh = tries > 1 && tokens.isOwn(token);
    if (isFresh) refusals.note(operation, token);
    return tries < maxTokens && !isFresh && !refusals.isRefusing(operation);
  }

  return (next) => async (call) => {
    call.refusedToken = undefined;
    for (let tries = 1; ; tries++) {
      try {
        const answer = await next(call);
        tokens.accepted(call.token);
        return answer;
      } catch (error) {
        if (error instanceof Rejected) tokens.accepted(call.token);
        if (!(error instanceof TokenRefused)) throw error;
        if (!mayHelp(call.operation, call.token, tries))
          throw new Unreachable(call.operation, 'credentials', true, 'the path refuses a valid token');
        call.refusedToken = call.token;
      }
    }
  };
}

/**
 * Gives the call the current token, or waits for a new one if there is none or it was refused for this call. Errors: Unreachable (surely
 * not sent).
 */
export const authorize =
  (tokens: TokenSource): Layer =>
  (next) =>
  (call) => {
    const current = tokens.current();
    if (current !== undefined && current !== call.refusedToken) {
      call.token = current;
      return next(call);
    }
    return call.wait(tokens.renew(call.refusedToken).catch(refuseUnsent)).then((token) => {
      call.token = token;
      return next(call);
    });
  };

/** Rethrows a failure of the token call as surely not sent: the call that waits for the token has not been sent. */
function refuseUnsent(error: unknown): never {
  if (error instanceof Garbled) throw new Unreachable(tokenOperation, 'unavailable', true, error.detail);
  if (!(error instanceof Unreachable)) throw error;
  throw new Unreachable(tokenOperation, error.reason, true, error.detail, error.retryAfterSeconds);
}
