import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { SonicBoom } from 'sonic-boom';

/** Accepts log lines without waiting for a reader or a disk. Drops lines when its buffer is full, and counts them. */
export interface LogDestination {
  /** Writes or drops a line, which must end with a newline. */
  write(line: string): void;
  /** Whether a thread may be in a write: a thread that hangs there keeps `process.exit` from ending the process. */
  isWriting(): boolean;
}

/** Size of the buffer for lines that wait to be written. */
const maxWaitingBytes = 1_000_000;
/** Delay between two attempts to write to a full disk. */
const retryMs = 1000;

interface Target {
  /** Returns false if the buffer has no room for the line. Errors: none. */
  write(line: string): boolean;
  isWriting(): boolean;
}

/**
 * Creates a destination for a file descriptor. When there is room again, it writes a line with the number of dropped lines.
 * Lines for a closed descriptor, or for a pipe that has lost its reader, are discarded.
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

/** Writes to a pipe or socket through a Socket: a direct write to a pipe would block until the pipe is read. */
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

/** Writes to a file, a device or a TTY in a thread, one write after another, and retries failed writes. */
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
