import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pieceBytes, piecesOf } from './answer.ts';

/** A queue of bytes between a fast writer and a slow reader: the first bytes in memory, the rest in a temporary file. */
export interface Spool {
  /** Appends bytes. Calls must not overlap. Errors: those of the file, such as ENOSPC. */
  write(bytes: Buffer): Promise<void>;
  /** Marks the end of the data. */
  end(): void;
  /** The bytes in the order of writing, as they arrive; for one reader. Errors: those of the file. */
  read(): AsyncGenerator<Buffer>;
  /** Closes the file. Call it when there are no reads and writes any more. */
  close(): Promise<void>;
}

/** Bytes in memory: the export of 20,000 SIMs, which then needs no file. */
const maxInMemory = 4_194_304;

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
        // Once the file exists, all later bytes go there too, to keep the order.
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

/** Opens a temporary file without a name: only this process can access it, and it is removed when it is closed or the process ends. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `sim-gateway-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
