import type { Clock } from '../base/clock.ts';
import { tokenOperation } from './endpoints.ts';
import { Garbled, Unreachable } from './errors.ts';
import { type LiveToken, liveToken } from './live-token.ts';
import type { WireAnswer } from './transport.ts';
import { decodeToken } from './wire/token.wire.ts';
import { isRecord, textOf } from './wire/value.wire.ts';

/** After refused credentials no login for this long: a storm of logins locks accounts. */
export const coolDownMs = 5000;

/** Gets a token by refresh token, or by password if there is none or it is refused. Errors: Unreachable, Garbled. */
export type LogIn = (refreshToken: string | null) => Promise<LiveToken>;

/**
 * Gives the login of one account. Lifetimes are counted on the monotonic clock from the moment the request left, so a wall clock that is
 * off by minutes does not matter. `post` sends one form to the token endpoint. Source: docs/sim-api.md "Token", "Refresh".
 */
export function createLogin(
  post: (form: Readonly<Record<string, string>>) => Promise<WireAnswer>,
  credentials: { readonly username: string; readonly password: string },
  clock: Clock,
): LogIn {
  let coolUntilMs = Number.NEGATIVE_INFINITY;

  /** The token that a grant brings, or undefined if the grant is refused. */
  async function ask(form: Readonly<Record<string, string>>): Promise<LiveToken | undefined> {
    const leftAtMs = clock.monotonicMs();
    const answer = await post(form);
    if (isRefusal(answer)) return undefined;
    const token = answer.status >= 200 && answer.status < 300 ? decodeToken(answer.body) : undefined;
    if (token === undefined) throw new Garbled(tokenOperation, `HTTP ${answer.status} without a token`);
    return liveToken(token, leftAtMs + token.lifetimeMs);
  }

  return async (refreshToken) => {
    if (clock.monotonicMs() < coolUntilMs) throw credentialsRefused();
    const renewed =
      refreshToken === null
        ? undefined
        : await ask({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const token = renewed ?? (await ask(passwordGrant(credentials)));
    if (token !== undefined) return token;
    coolUntilMs = clock.monotonicMs() + coolDownMs;
    throw credentialsRefused();
  };
}

/** The failure of a login that was refused, or that must not be tried again yet. */
export function credentialsRefused(): Unreachable {
  return new Unreachable(tokenOperation, 'credentials', true, 'credentials refused', coolDownMs / 1000);
}

/** Whether an answer is the token endpoint's no; a 4xx of a proxy is not. */
function isRefusal({ status, body }: WireAnswer): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  try {
    const json: unknown = JSON.parse(body);
    return isRecord(json) && (textOf(json.error) ?? textOf(json.error_code)) !== null;
  } catch {
    return false;
  }
}

function passwordGrant(credentials: { username: string; password: string }): Record<string, string> {
  const { username, password } = credentials;
  return { grant_type: 'password', client_id: username, username, password };
}
