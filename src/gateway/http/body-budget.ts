import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../../errors/index.ts';

/** A body of more bytes than this is large. 1000 SIM references with a long document are a tenth of it. */
export const largeBytes = 1_048_576;
/** Maximum number of large bodies being processed: each is copied several times in memory before it is a list of SIMs. */
const maxActive = 2;
/** Maximum size of all large bodies being received together, as a multiple of the maximum body size. */
const maxFullSize = 4;
/** Minimum duration, in ms, in the calculation of a body's rate: the first chunks may all arrive at once. */
const minMs = 1000;
const retryAfterSeconds = 2;

/** Limits the memory that large request bodies take, over all requests. Small bodies are not counted. */
export interface BodyBudget {
  /** Maximum size of one body, in bytes. */
  readonly maxBytes: number;
  /** Registers a body. `giveWay` is called with the error for its request if the body is evicted in favour of others. */
  enter(giveWay: (error: GatewayError) => void): BodyPlace;
}

/** The share of one body. */
export interface BodyPlace {
  readonly maxBytes: number;
  /** Adds bytes that were received. Errors: OVERLOADED, also if the body was evicted or has left. */
  grow(bytes: number): void;
  /** The body is complete and is processed until `leave`. Errors: those of `grow`. */
  beginWork(): void;
  /** Releases the share of the body. After that `grow` and `beginWork` fail. */
  leave(): void;
}

interface Body {
  readonly beganAt: number;
  bytes: number;
  isOver: boolean;
  readonly giveWay: (error: GatewayError) => void;
}

/** Creates a budget for bodies of at most `maxBytes` each. */
export function createBodyBudget(maxBytes: number, clock: Clock): BodyBudget {
  const arriving = new Set<Body>();
  let arrived = 0;
  let active = 0;
  const overloaded = () => new GatewayError('OVERLOADED', { retryAfterSeconds });

  /** The body with the lowest average rate since its start. An average, so that a byte now and then does not make it fast. */
  function slowest(): Body | undefined {
    const now = clock.monotonicMs();
    const rate = (body: Body) => body.bytes / Math.max(now - body.beganAt, minMs);
    return [...arriving].sort((a, b) => rate(a) - rate(b))[0];
  }

  /** Evicts the slowest bodies until the others fit. Errors: OVERLOADED if `grown` is evicted. */
  function makeRoom(grown: Body): void {
    while (arrived > maxFullSize * maxBytes) {
      const body = slowest() ?? grown;
      forget(body);
      body.isOver = true;
      if (body === grown) throw overloaded();
      body.giveWay(overloaded());
    }
  }

  function forget(body: Body): void {
    if (arriving.delete(body)) arrived -= body.bytes;
  }

  return {
    maxBytes,
    enter(giveWay) {
      const body: Body = { beganAt: clock.monotonicMs(), bytes: 0, isOver: false, giveWay };
      let isActive = false;
      return {
        maxBytes,
        grow(bytes) {
          if (body.isOver) throw overloaded();
          const isCounted = arriving.has(body);
          body.bytes += bytes;
          if (body.bytes <= largeBytes) return;
          if (!isCounted && active >= maxActive) throw overloaded();
          arriving.add(body);
          arrived += isCounted ? bytes : body.bytes;
          makeRoom(body);
        },
        beginWork() {
          if (body.isOver) throw overloaded();
          forget(body);
          if (body.bytes <= largeBytes) return;
          if (active >= maxActive) throw overloaded();
          isActive = true;
          active++;
        },
        leave() {
          forget(body);
          body.isOver = true;
          if (isActive) active--;
          isActive = false;
        },
      };
    },
  };
}
