import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { SonicBoom } from 'sonic-boom';

/** Takes lines without ever waiting for its reader or its disk: lines that find no room are dropped and counted. */
export interface LogDestination {
  /** Takes a line that ends in a newline, or drops it. */
  write(line: string): void;
  /** Whether the system has not finished a write. A thread that hangs in one keeps `process.exit` from ending the process. */
  isWriting(): boolean;
}

/** Bytes of lines that wait to be written. */
const maxWaitingBytes = 1_000_000;
/** Between two attempts to write to a disk that is full. */
const retryMs = 1000;

/** What a destination writes to. */
interface Target {
  /** Errors: none. False if there is no room for the line. */
  write(line: string): boolean;
  isWriting(): boolean;
}

/**
 * A destination over a file descriptor. Once there is room again, a line says how many lines were dropped.
 * A pipe that has no reader any more takes nothing, as does a descriptor that is closed.
 */
export function createLogDestination(fd: number): LogDestination {
  let dropped = 0;
  const onRoom = () => {
    if (dropped > 0 && target.write(droppedLine(dropped))) dropped = 0;
  };
  const target = targetOf(fd, onRoom);
  return {
    write(line) {
      if (!target.write(line)) dropped++;
    },
    isWriting: () => target.isWriting(),
  };
}

function droppedLine(lines: number): string {
  return `${JSON.stringify({ level: 40, time: new Date().toISOString(), lines, msg: 'log lines were dropped: the log could not be written in time' })}\n`;
}

function targetOf(fd: number, onRoom: () => void): Target {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket() ? createPipeTarget(fd, onRoom) : createFileTarget(fd, onRoom);
  } catch {
    return { write: () => true, isWriting: () => false };
  }
}

/** A write to a pipe would block until the pipe is read; a socket's does not. */
function createPipeTarget(fd: number, onRoom: () => void): Target {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => socket.destroy());
  socket.on('drain', onRoom);
  return {
    write(line) {
      if (socket.destroyed) return true;
      if (socket.writableLength + Buffer.byteLength(line) > maxWaitingBytes) return false;
      socket.write(line);
      return true;
    },
    isWriting: () => false,
  };
}

/** A file, a device or a terminal is written to by a thread, one write at a time. What could not be written is tried again. */
function createFileTarget(fd: number, onRoom: () => void): Target {
  let isWriting = false;
  let hasRoom = true;
  const boom = new SonicBoom({
    fd,
    sync: false,
    minLength: 1,
    maxLength: maxWaitingBytes,
    periodicFlush: retryMs,
  });
  boom.on('error', () => {
    isWriting = false;
  });
  boom.on('drop', () => {
    hasRoom = false;
  });
  boom.on('drain', () => {
    isWriting = false;
    onRoom();
  });
  return {
    write(line) {
      hasRoom = true;
      isWriting = true;
      boom.write(line);
      return hasRoom;
    },
    isWriting: () => isWriting,
  };
}
