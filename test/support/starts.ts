import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from '@jest/globals';

/** Appends a line to the file that TEST_STARTS names, if it names one: what was started, by which test file. */
export function countStart(program: 'gateway' | 'CLI' | 'database' | 'sandbox'): void {
  const file = process.env.TEST_STARTS;
  if (file === undefined) return;
  const { testPath = '' } = expect.getState();
  appendFileSync(file, `${program} ${relative(process.cwd(), testPath)}\n`);
}
