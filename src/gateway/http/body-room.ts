import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../errors/gateway-error.ts';

/** A body is large above so many bytes: 1000 refs with a long document are a tenth of it. */
export const largeBytes = 1_048_576;
/** Large bodies at work at a time: each is in memory several times over before it is a list of SIMs. */
const mostAtWork = 2;
/** Large bodies that are on their way may hold so many times the largest body. */
const mostLargest = 4;
/** A body on its way of which nothing has come for so long gives way to one that comes. */
const stillMs = 1000;
const retryAfterSeconds = 2;

/** Room for request bodies, shared by all requests. Small bodies need none. */
export interface BodyRoom {
  /** Largest body, in bytes. */
  readonly mostBytes: number;
  /** The room of one body; `giveWay` refuses its request with this error, if another body needs the room. */
  enter(giveWay: (error: GatewayError) => void): BodyPlace;
}

/** What one body takes of the room. */
export interface BodyPlace {
  readonly mostBytes: number;
  /** So many more bytes have come. Errors: OVERLOADED. */
  grow(bytes: number): void;
  /** All of it is there, and is worked on until `leave`. Errors: OVERLOADED. */
  beginWork(): void;
  leave(): void;
}

interface Arriving {
  bytes: number;
  lastAt: number;
  readonly giveWay: (error: GatewayError) => void;
}

/** Room for bodies of so many bytes each. */
export function createBodyRoom(mostBytes: number, clock: Clock): BodyRoom {
  const arriving = new Set<Arriving>();
  let arrived = 0;
  let atWork = 0;
  const overloaded = () => new GatewayError('OVERLOADED', { retryAfterSeconds });

  /** Has the body go that was still for longest. */
  function makeRoom(now: number): boolean {
    const [stillest] = [...arriving].sort((a, b) => a.lastAt - b.lastAt);
    if (stillest === undefined || now - stillest.lastAt < stillMs) return false;
    forget(stillest);
    stillest.giveWay(overloaded());
    return true;
  }

  function forget(body: Arriving): void {
    if (arriving.delete(body)) arrived -= body.bytes;
  }

  return {
    mostBytes,
    enter(giveWay) {
      const body: Arriving = { bytes: 0, lastAt: 0, giveWay };
      let isAtWork = false;
      return {
        mostBytes,
        grow(bytes) {
          const isCounted = arriving.has(body);
          body.bytes += bytes;
          if (body.bytes <= largeBytes) return;
          if (!isCounted && atWork >= mostAtWork) throw overloaded();
          const now = clock.monotonicMs();
          body.lastAt = now;
          arriving.add(body);
          arrived += isCounted ? bytes : body.bytes;
          while (arrived > mostLargest * mostBytes) if (!makeRoom(now)) throw overloaded();
        },
        beginWork() {
          forget(body);
          if (body.bytes <= largeBytes) return;
          if (atWork >= mostAtWork) throw overloaded();
          isAtWork = true;
          atWork++;
        },
        leave() {
          forget(body);
          if (isAtWork) atWork--;
          isAtWork = false;
        },
      };
    },
  };
}
