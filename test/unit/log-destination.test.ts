import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogDestination } from '../../src/base/log-destination.ts';
import { waitFor } from '../support/wait-for.ts';

let folder: string;
let pipe: number;

// Opened for reading too, so that the pipe has a reader; it reads only when the test does.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  pipe = openSync(join(folder, 'pipe'), constants.O_RDWR | constants.O_NONBLOCK);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Whether the pipe is empty. Errors of Node belong to another realm than those of the test: `instanceof Error` does not hold. */
const isWouldBlock = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAGAIN';

/** The present content of the pipe. */
function readPipe(): string {
  const buffer = Buffer.alloc(1_000_000);
  try {
    return buffer.toString('utf8', 0, readSync(pipe, buffer));
  } catch (error) {
    if (isWouldBlock(error)) return '';
    throw error;
  }
}

test('lines are dropped and counted while the reader does not read; the others arrive complete and in order', async () => {
  const destination = createLogDestination(openSync(join(folder, 'pipe'), constants.O_WRONLY));
  const written = 20_000;
  for (let line = 0; line < written; line++)
    destination.write(`${JSON.stringify({ line, text: 'x'.repeat(100) })}\n`);
  let text = '';
  await waitFor(() => {
    text += readPipe();
    return text.includes('were dropped') && text.endsWith('\n');
  });
  destination.write('{"line":"last"}\n');
  await waitFor(() => {
    text += readPipe();
    return text.endsWith('"last"}\n');
  });
  const lines: { line?: number | string; lines?: number }[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [last, notice] = [lines.pop(), lines.pop()];
  expect(last).toEqual({ line: 'last' });
  expect(lines.map(({ line }) => line)).toEqual(lines.map((_, index) => index));
  expect(lines.length + (notice?.lines ?? 0)).toBe(written);
  expect(notice).toMatchObject({
    level: 40,
    lines: expect.any(Number),
    msg: expect.stringContaining('dropped'),
  });
  closeSync(pipe);
});

test('lines to a pipe without a reader are dropped without an error', async () => {
  const destination = createLogDestination(openSync(join(folder, 'pipe'), constants.O_WRONLY));
  closeSync(pipe);
  for (let line = 0; line < 20_000; line++) destination.write(`${'x'.repeat(100)}\n`);
  // The error of the first write has been handled when a later timer runs.
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(() => destination.write('more\n')).not.toThrow();
});
