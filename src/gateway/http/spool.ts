import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pieceBytes, piecesOf } from './answer.ts';

/** What was written so fast that it waits to be read: the first of it in memory, the rest in a temporary file. */
export interface Spool {
  /** Takes bytes in, one call after the other. Errors: those of the file, such as ENOSPC. */
  write(bytes: Buffer): Promise<void>;
  /** No more will come. */
  end(): void;
  /** What was written, in order, as it comes; for one reader. Errors: those of the file. */
  read(): AsyncGenerator<Buffer>;
  /** Gives the file back to the system, when nothing writes or reads any more. */
  close(): Promise<void>;
}

/** The index of twenty thousand SIMs as a file, which is then kept in memory alone. */
const maxInMemory = 4_194_304;

/** An empty spool. */
export function createSpool(memoryBytes = maxInMemory): Spool {
  const queue: Buffer[] = [];
  let queued = 0;
  let file: FileHandle | null = null;
  const inFile = { written: 0, read: 0 };
  let isEnded = false;
  let resume = () => {};

  async function readFile(from: FileHandle): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(inFile.written - inFile.read, pieceBytes));
    const { bytesRead } = await from.read({ buffer, position: inFile.read });
    inFile.read += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  return {
    async write(bytes) {
      if (file === null && queued + bytes.length <= memoryBytes) {
        queue.push(bytes);
        queued += bytes.length;
      } else {
        // Once there is a file all of the rest goes there, so that it stays in order.
        file ??= await openNameless();
        await file.appendFile(bytes);
        inFile.written += bytes.length;
      }
      resume();
    },
    end() {
      isEnded = true;
      resume();
    },
    async *read() {
      for (;;) {
        const bytes = queue.shift();
        if (bytes !== undefined) {
          queued -= bytes.length;
          yield* piecesOf(bytes);
        } else if (file !== null && inFile.read < inFile.written) yield await readFile(file);
        else if (isEnded) return;
        else
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
      }
    },
    async close() {
      await file?.close();
    },
  };
}

/** A file that only this process can reach, and that is gone when it is closed or the process ends. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `sim-gateway-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
