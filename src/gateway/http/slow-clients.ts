import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';

/** Minimum rates of a client. */
export interface SlowClientLimits {
  /** A client must read this many bytes of a response, or the rest of it, in each period of `unreadMs`. */
  readonly unreadBytes: number;
  readonly unreadMs: number;
  /** A client must send this many bytes of a request body in each period of `bodyPeriodMs`. */
  readonly bodyBytes: number;
  readonly bodyPeriodMs: number;
}

/**
 * A client must read 17 KB/s of a response, so that 100 MB stay in memory for less than two hours, and send 1 KB/s of a body.
 * The operating system accepts a response in steps of up to some megabytes: below 30 KB/s there may be a period without a step.
 */
export const slowClientLimits: SlowClientLimits = {
  unreadBytes: 512 * 1024,
  unreadMs: 30_000,
  bodyBytes: 5 * 1024,
  bodyPeriodMs: 5000,
};

/** Finds clients that occupy memory and make no progress. */
export interface SlowClients {
  /** Watches a connection from its start; closes it if the client reads too little of what was written. */
  follow(socket: Socket): void;
  /** Watches the body of a request; calls `stalled` once if the body arrives too slowly. */
  followBody(request: IncomingMessage, stalled: () => void): void;
  /** Checks the progress of every connection since its period began. */
  check(): void;
}

interface Connection {
  /** Bytes that the operating system had accepted when the period began. */
  taken: number;
  takenSince: number;
  body: Body | null;
}

interface Body {
  readonly request: IncomingMessage;
  readonly stalled: () => void;
  /** Bytes that the connection had received when the period began. */
  before: number;
  since: number;
}

/** Creates the detector. It measures with `clock` at each call of `check`. */
export function createSlowClients(
  clock: Clock,
  { unreadBytes, unreadMs, bodyBytes, bodyPeriodMs }: SlowClientLimits,
  log: Log,
): SlowClients {
  const connections = new Map<Socket, Connection>();

  function checkAnswer(socket: Socket, connection: Connection, now: number): void {
    // A piece of a response is written when the operating system has accepted the previous one, so this difference grows with progress.
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0 || taken - connection.taken >= unreadBytes) {
      connection.taken = taken;
      connection.takenSince = now;
    } else if (now - connection.takenSince >= unreadMs) {
      log.info(
        { unreadBytes: socket.writableLength },
        'connection closed: the client read its response too slowly',
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
    // Data that the gateway has not read yet, or that waits behind an unread response, is not the client's delay.
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
