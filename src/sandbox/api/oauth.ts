import type { World } from '../world/world.ts';
import type { Worlds } from '../world/worlds.ts';
import { type Answer, ok, plainError } from './answer.ts';

/** The path of token calls, below `/v1`. */
export const TOKEN_PATH = '/oauth/token';

const SECRETS = ['password', 'access_token', 'refresh_token', 'client_secret'];

/** The world that a token call names, whether or not its password is right; undefined if there is no such world. */
export function worldOfTokenCall(worlds: Worlds, fields: URLSearchParams): World | undefined {
  return fields.get('grant_type') === 'refresh_token'
    ? worlds.ofRefreshToken(fields.get('refresh_token') ?? '')
    : worlds.get(fields.get('username') ?? '');
}

/** POST /oauth/token. `world` is undefined if the call names none that exists. */
export function grantToken(world: World | undefined, fields: URLSearchParams): Answer {
  const grant = fields.get('grant_type');
  if (grant !== 'password' && grant !== 'refresh_token') {
    return plainError(400, 'unsupported_grant_type', `Unsupported grant type: ${grant ?? 'none'}`);
  }
  return (grant === 'password' ? byPassword : byRefreshToken)(world, fields);
}

/** The query of a URL with its secrets replaced by `***`; unchanged if it has none. */
export function withoutSecrets({ search, searchParams }: URL): string {
  const secrets = SECRETS.filter((secret) => searchParams.has(secret));
  if (secrets.length === 0) return search.slice(1);
  const shown = new URLSearchParams(searchParams);
  for (const secret of secrets) shown.set(secret, '***');
  return shown.toString();
}

function byPassword(world: World | undefined, fields: URLSearchParams): Answer {
  if (world === undefined || fields.get('password') !== world.id) {
    return plainError(401, 'invalid_grant', 'Bad credentials');
  }
  const { accessToken, refreshToken } = world.tokens.issue(world.behaviour.tokenLifetimeSeconds);
  return tokenAnswer(world, accessToken, refreshToken);
}

/** A refresh ends neither the refresh token nor earlier access tokens. */
function byRefreshToken(world: World | undefined, fields: URLSearchParams): Answer {
  const refreshToken = fields.get('refresh_token') ?? '';
  const lifetimeSeconds = world?.behaviour.tokenLifetimeSeconds ?? 0;
  const renewed =
    world?.behaviour.refresh === 'accept' ? world.tokens.renew(refreshToken, lifetimeSeconds) : null;
  if (world === undefined || renewed === null) {
    return plainError(401, 'invalid_grant', 'Invalid refresh token');
  }
  return tokenAnswer(world, renewed.accessToken, renewed.refreshToken);
}

function tokenAnswer(world: World, accessToken: string, refreshToken: string): Answer {
  const { expiresIn, liveTokens, tokenLifetimeSeconds } = world.behaviour;
  if (liveTokens === 'one') world.tokens.revokeAll(accessToken);
  return ok({
    access_token: accessToken,
    token_type: 'bearer',
    refresh_token: refreshToken,
    expires_in: expiresIn === 'string' ? String(tokenLifetimeSeconds) : tokenLifetimeSeconds,
    scope: 'read write trust',
  });
}
