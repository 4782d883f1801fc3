import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { errorJson, isJsonWanted } from './error-json.ts';
import { EXIT } from './exit-codes.ts';

const streams = [process.stdout, process.stderr] as const;
type Output = (typeof streams)[number];

/** Outputs with a failed write, and its error. */
const lost = new Map<Output, NodeJS.ErrnoException>();

/**
 * Handles write errors of both outputs. If a reader has closed its pipe (EPIPE), later output to it is dropped silently. After any other
 * error, such as a full disk, the exit code is at least 1, and the standard error reports that the result could not be written.
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

/** Whether the result can no longer be written, so that the rest of it is not needed. */
export function isResultLost(): boolean {
  return lost.has(process.stdout);
}

/** Writes a part of the result. Resolves when it is written or dropped. */
export async function writeResult(text: string): Promise<void> {
  if (isResultLost()) return;
  await new Promise<unknown>((resolve) => process.stdout.write(text, resolve));
}

/** Writes to the standard error, unless a write to it has failed. */
export function writeToPerson(text: string): void {
  if (!lost.has(process.stderr)) process.stderr.write(text);
}

/** On a nearly full disk write(2) writes only a part; Node's stream for a file treats that as a complete write. */
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
    const text = `The result could not be written: ${message}`;
    const line = isJsonWanted() ? errorJson({ code: 'RESULT_NOT_WRITTEN', message: text }) : `error: ${text}`;
    writeSync(process.stderr.fd, `${line}\n`);
  } catch {
    // Only the exit code is left to report the failure.
  }
}
