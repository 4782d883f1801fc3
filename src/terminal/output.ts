import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { EXIT } from './exit-codes.ts';

const streams = [process.stdout, process.stderr] as const;
type Output = (typeof streams)[number];

/** Outputs of which a write has failed, with the first error. */
const lost = new Map<Output, NodeJS.ErrnoException>();

/**
 * Watches what is written to both outputs. If a reader has gone (EPIPE), what is written to it from then on is dropped without a word. After any
 * other error (a full disk) the program ends with 1 at least, and the standard error says that the result is not whole.
 */
export function watchOutput(): void {
  for (const stream of streams) {
    if (!(stream instanceof Socket)) writeWholly(stream);
    stream.on('error', (error) => lost.has(stream) || lost.set(stream, error));
  }
  process.on('exit', () => {
    const errors = [...lost].filter(([, { code }]) => code !== 'EPIPE');
    if (errors.length === 0) return;
    process.exitCode ||= EXIT.notAll;
    for (const [stream, { message }] of errors) if (stream === process.stdout) sayAtLast(message);
  });
}

/** Whether the rest of the result can be spared: it cannot be written any more. */
export function isResultLost(): boolean {
  return lost.has(process.stdout);
}

/** Writes a piece of the result; resolves when it is written, or cannot be. */
export async function writeResult(text: string): Promise<void> {
  if (isResultLost()) return;
  await new Promise<unknown>((resolve) => process.stdout.write(text, resolve));
}

/** Writes to the standard error, if it is still there. */
export function writeToPerson(text: string): void {
  if (!lost.has(process.stderr)) process.stderr.write(text);
}

/** Node's stream for a file takes a write(2) of a part, which is all that a nearly full disk does, for one of the whole. */
function writeWholly(stream: Output): void {
  stream._write = (chunk: Buffer, _encoding, callback) => {
    try {
      for (let written = 0; written < chunk.length; ) written += writeSync(stream.fd, chunk, written);
      callback();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

function sayAtLast(message: string): void {
  try {
    writeSync(process.stderr.fd, `error: The result could not be written: ${message}\n`);
  } catch {
    // Nothing else is left to say it by than the exit code.
  }
}
