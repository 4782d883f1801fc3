import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';

/** How slow a client may be. */
export interface SlowClientLimits {
  /** Of an answer this many bytes, or the rest of it, have to be taken in each period of `unreadMs`. */
  readonly unreadBytes: number;
  readonly unreadMs: number;
  /** Of a request body this many bytes have to come in each period of `bodyPeriodMs`. */
  readonly bodyBytes: number;
  readonly bodyPeriodMs: number;
}

/**
 * A client takes 17 KB of its answer a second, so that 100 MB are held for less than two hours, and sends 1 KB of its body. The system
 * takes an answer in steps of up to some megabytes: below 30 KB a second there may be none in a period.
 */
export const slowClientLimits: SlowClientLimits = {
  unreadBytes: 512 * 1024,
  unreadMs: 30_000,
  bodyBytes: 5 * 1024,
  bodyPeriodMs: 5000,
};

/** Finds clients that hold memory and do not go on. */
export interface SlowClients {
  /** Follows a connection from its beginning: one whose client takes too little of what was written is ended. */
  follow(socket: Socket): void;
  /** Follows the body of a request; `stalled` is called once if it comes too slowly. */
  followBody(request: IncomingMessage, stalled: () => void): void;
  /** Compares how far everything is with how far it was. */
  check(): void;
}

interface Connection {
  /** Bytes that the system had taken when the period began. */
  taken: number;
  takenSince: number;
  body: Body | null;
}

interface Body {
  readonly request: IncomingMessage;
  readonly stalled: () => void;
  /** Bytes of the connection when the period began. */
  before: number;
  since: number;
}

/** Finds slow clients by this clock, as often as `check` is called. */
export function createSlowClients(
  clock: Clock,
  { unreadBytes, unreadMs, bodyBytes, bodyPeriodMs }: SlowClientLimits,
  log: Log,
): SlowClients {
  const connections = new Map<Socket, Connection>();

  function checkAnswer(socket: Socket, connection: Connection, now: number): void {
    // Answers are written piece by piece, the next when the system has taken the last: so the difference grows as they are taken.
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0 || taken - connection.taken >= unreadBytes) {
      connection.taken = taken;
      connection.takenSince = now;
    } else if (now - connection.takenSince >= unreadMs) {
      log.info(
        { unreadBytes: socket.writableLength },
        'cut off: a client that took too little of its answer',
      );
      socket.destroy();
    }
  }

  function checkBody(socket: Socket, connection: Connection, now: number): void {
    const { body } = connection;
    if (body === null) return;
    const { request } = body;
    if (request.complete || request.destroyed) {
      connection.body = null;
      return;
    }
    if (now - body.since < bodyPeriodMs) return;
    // What waits to be read, here or behind an answer that was not taken, is not the client's delay.
    const waitsForUs = request.readableLength > 0 || socket.writableLength > 0;
    if (socket.bytesRead - body.before < bodyBytes && !waitsForUs) {
      connection.body = null;
      body.stalled();
      return;
    }
    body.before = socket.bytesRead;
    body.since = now;
  }

  return {
    follow(socket) {
      connections.set(socket, { taken: 0, takenSince: clock.monotonicMs(), body: null });
      socket.once('close', () => connections.delete(socket));
    },
    followBody(request, stalled) {
      const { headers, socket } = request;
      const hasBody =
        headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
      const connection = connections.get(socket);
      if (!hasBody || connection === undefined) return;
      connection.body = { request, stalled, before: socket.bytesRead, since: clock.monotonicMs() };
    },
    check() {
      const now = clock.monotonicMs();
      for (const [socket, connection] of connections) {
        checkAnswer(socket, connection, now);
        if (!socket.destroyed) checkBody(socket, connection, now);
      }
    },
  };
}
