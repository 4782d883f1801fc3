import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../../errors/index.ts';

/** A body is large above so many bytes: 1000 refs with a long document are a tenth of it. */
export const largeBytes = 1_048_576;
/** Large bodies at work at a time: each is in memory several times over before it is a list of SIMs. */
const maxActive = 2;
/** Large bodies that are on their way may hold so many times the largest body. */
const maxFullSize = 4;
/** A body is not taken to be faster than what it would be if it had taken so long: the first chunks may all come at once. */
const minMs = 1000;
const retryAfterSeconds = 2;

/** Room for request bodies, shared by all requests. Small bodies need none. */
export interface BodyBudget {
  /** Largest body, in bytes. */
  readonly maxBytes: number;
  /** The room of one body; `giveWay` refuses its request with this error, if another body needs the room. */
  enter(giveWay: (error: GatewayError) => void): BodyPlace;
}

/** What one body takes of the room. */
export interface BodyPlace {
  readonly maxBytes: number;
  /** So many more bytes have come. Errors: OVERLOADED, also when the body gave way or has left. */
  grow(bytes: number): void;
  /** All of it is there, and is worked on until `leave`. Errors: as those of `grow`. */
  beginWork(): void;
  /** Gives the room back; the body gets none again. */
  leave(): void;
}

interface Body {
  readonly beganAt: number;
  bytes: number;
  isOver: boolean;
  readonly giveWay: (error: GatewayError) => void;
}

/** Room for bodies of so many bytes each. */
export function createBodyBudget(maxBytes: number, clock: Clock): BodyBudget {
  const arriving = new Set<Body>();
  let arrived = 0;
  let atWork = 0;
  const overloaded = () => new GatewayError('OVERLOADED', { retryAfterSeconds });

  /** The body of which the fewest bytes a second have come since it began. One byte now and then does not make it fast. */
  function slowest(): Body | undefined {
    const now = clock.monotonicMs();
    const rate = (body: Body) => body.bytes / Math.max(now - body.beganAt, minMs);
    return [...arriving].sort((a, b) => rate(a) - rate(b))[0];
  }

  /** The slowest go until the rest fit. Errors: OVERLOADED, if the body that grew is one of them. */
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
      let isAtWork = false;
      return {
        maxBytes,
        grow(bytes) {
          if (body.isOver) throw overloaded();
          const isCounted = arriving.has(body);
          body.bytes += bytes;
          if (body.bytes <= largeBytes) return;
          if (!isCounted && atWork >= maxActive) throw overloaded();
          arriving.add(body);
          arrived += isCounted ? bytes : body.bytes;
          makeRoom(body);
        },
        beginWork() {
          if (body.isOver) throw overloaded();
          forget(body);
          if (body.bytes <= largeBytes) return;
          if (atWork >= maxActive) throw overloaded();
          isAtWork = true;
          atWork++;
        },
        leave() {
          forget(body);
          body.isOver = true;
          if (isAtWork) atWork--;
          isAtWork = false;
        },
      };
    },
  };
}
