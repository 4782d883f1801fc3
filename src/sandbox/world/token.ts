import { randomUUID } from 'node:crypto';

/** An access token and the refresh token that renews it. */
interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The tokens of one world. Their lifetime is in real time, independent of the world's clock. */
export interface Tokens {
  issue(lifetimeSeconds: number): TokenPair;
  /** Issues a new access token for a refresh token; null if the refresh token is unknown. */
  renew(refreshToken: string, lifetimeSeconds: number): TokenPair | null;
  isAlive(accessToken: string): boolean;
  revoke(accessToken: string): void;
  /** Ends every access token except `except`; refresh tokens stay valid. */
  revokeAll(except?: string): void;
}

/** The world id of each token, expired tokens included: a call with an expired token is still a call to that world. */
export interface TokenDirectory {
  readonly access: Map<string, string>;
  readonly refresh: Map<string, string>;
}

/** Creates the token store of a world, empty at first. Each issued token is added to `directory`. */
export function createTokens(worldId: string, directory: TokenDirectory): Tokens {
  const expiresAt = new Map<string, number>();
  const refreshTokens = new Set<string>();

  function issueFor(refreshToken: string, lifetimeSeconds: number): TokenPair {
    const accessToken = randomUUID();
    expiresAt.set(accessToken, performance.now() + lifetimeSeconds * 1000);
    directory.access.set(accessToken, worldId);
    return { accessToken, refreshToken };
  }

  return {
    issue(lifetimeSeconds) {
      const refreshToken = randomUUID();
      refreshTokens.add(refreshToken);
      directory.refresh.set(refreshToken, worldId);
      return issueFor(refreshToken, lifetimeSeconds);
    },
    renew: (refreshToken, lifetimeSeconds) =>
      refreshTokens.has(refreshToken) ? issueFor(refreshToken, lifetimeSeconds) : null,
    isAlive: (accessToken) => (expiresAt.get(accessToken) ?? 0) > performance.now(),
    revoke(accessToken) {
      expiresAt.set(accessToken, 0);
    },
    revokeAll(except) {
      for (const accessToken of expiresAt.keys()) if (accessToken !== except) expiresAt.set(accessToken, 0);
    },
  };
}
