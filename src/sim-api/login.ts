import type { Clock } from '../base/clock.ts';
import { tokenOperation } from './endpoints.ts';
import { Garbled, Unreachable } from './errors.ts';
import type { HttpAnswer } from './layers/transport.ts';
import { type LiveToken, liveToken } from './live-token.ts';
import { decodeToken } from './wire/token.wire.ts';
import { isRecord, textOf } from './wire/value.wire.ts';

/** Pause after refused credentials: frequent failed logins lock accounts. */
export const coolDownMs = 5000;

/** Obtains a token with the refresh token, or with the password if there is none or it is refused. Errors: Unreachable, Garbled. */
export type LogIn = (refreshToken: string | null) => Promise<LiveToken>;

/**
 * Creates the login of one account. A lifetime runs on the monotonic clock from the moment the request is sent, so a wall clock that is off
 * by minutes does not matter. `post` sends one form to the token endpoint. Source: docs/sim-api.md "Token", "Refresh".
 */
export function createLogin(
  post: (form: Readonly<Record<string, string>>) => Promise<HttpAnswer>,
  credentials: { readonly username: string; readonly password: string },
  clock: Clock,
): LogIn {
  let coolUntilMs = Number.NEGATIVE_INFINITY;

  /** Requests a token with one grant; returns undefined if the grant is refused. */
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

/** Failure of a login that was refused, or that must not be repeated yet. */
export function credentialsRefused(): Unreachable {
  return new Unreachable(tokenOperation, 'credentials', true, 'credentials refused', coolDownMs / 1000);
}

/** Whether the token endpoint itself refused; a 4xx of a proxy has neither `error` nor `error_code`. */
function isRefusal({ status, body }: HttpAnswer): boolean {
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
