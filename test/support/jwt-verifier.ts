import { createJwtVerifier, type Principal } from '../../src/auth/index.ts';
import { defaultJwksLimits, type JwksLimits } from '../../src/auth/jwks.ts';
import type { JwtSettings } from '../../src/base/auth-settings.ts';
import { createLog } from '../../src/base/log.ts';
import { GatewayError } from '../../src/errors/index.ts';
import type { TestIssuer } from './issuer.ts';

interface Options {
  readonly settings?: Partial<JwtSettings>;
  readonly limits?: Partial<JwksLimits>;
}

/** A verifier of the tokens of an issuer, with a log and clocks that the test owns. */
export function createTestVerifier(issuer: TestIssuer, { settings, limits }: Options = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(JSON.parse(line)) });
  let monotonicMs = 0;
  let wallMs = Date.now();
  const clock = { now: () => new Date(wallMs), monotonicMs: () => monotonicMs };
  const verifier = createJwtVerifier({ ...issuer.settings, ...settings }, clock, log, {
    ...defaultJwksLimits,
    ...limits,
  });
  return {
    lines,
    handles: verifier.handles,
    /** Verifies a token, with a promise or without. */
    verify: verifier.verify,
    /** The actor of a token, or the code of the error; null if the token is not valid. */
    async actorOf(token: string): Promise<string | null> {
      try {
        return (await verifier.verify(token))?.actor ?? null;
      } catch (error) {
        if (error instanceof GatewayError) return error.code;
        throw error;
      }
    },
    async principalOf(token: string): Promise<Principal> {
      const principal = await verifier.verify(token);
      if (principal === null) throw new Error(`the token is not valid: ${JSON.stringify(lines.at(-1))}`);
      return principal;
    },
    /** Lines of level info and above. */
    notable: () => lines.filter(({ level }) => Number(level) > 20).map(({ msg }) => msg),
    refusals: () => lines.filter(({ msg }) => msg === 'a token is not valid'),
    /** Lets time pass by the monotonic clock, and by the wall clock. */
    pass(ms: number) {
      monotonicMs += ms;
      wallMs += ms;
    },
    setWallClock(ms: number) {
      wallMs = ms;
    },
    now: () => wallMs,
  };
}
