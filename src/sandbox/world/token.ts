import { randomUUID } from 'node:crypto';

/** An access token and what renews it. */
interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The tokens of one world. They live in real time, whatever the world's clock does. */
export interface Tokens {
  issue(lifetimeSeconds: number): TokenPair;
  /** A new access token for a refresh token; null where that is not one of ours. */
  renew(refreshToken: string, lifetimeSeconds: number): TokenPair | null;
  isAlive(accessToken: string): boolean;
  kill(accessToken: string): void;
  /** Kills every access token but `except`; what renews them stays good. */
  killAll(except?: string): void;
}

/** Which world each token leads to, dead tokens included: a call with one is still a call to that world. */
export interface TokenDirectory {
  readonly access: Map<string, string>;
  readonly refresh: Map<string, string>;
}

/** Gives the tokens of the world `worldId`, told to the directory as they are issued. */
export function createTokens(worldId: string, directory: TokenDirectory): Tokens {
  const diesAt = new Map<string, number>();
  const refreshTokens = new Set<string>();

  function issueFor(refreshToken: string, lifetimeSeconds: number): TokenPair {
    const accessToken = randomUUID();
    diesAt.set(accessToken, performance.now() + lifetimeSeconds * 1000);
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
    isAlive: (accessToken) => (diesAt.get(accessToken) ?? 0) > performance.now(),
    kill(accessToken) {
      diesAt.set(accessToken, 0);
    },
    killAll(except) {
      for (const accessToken of diesAt.keys()) if (accessToken !== except) diesAt.set(accessToken, 0);
    },
  };
}
