import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from '@jest/globals';

/** Appends a line with the started program and the test file to the file named by TEST_STARTS, if set. */
export function countStart(program: 'gateway' | 'CLI' | 'database' | 'sandbox'): void {
  const file = process.env.TEST_STARTS;
  if (file === undefined) return;
  const { testPath = '' } = expect.getState();
  appendFileSync(file, `${program} ${relative(process.cwd(), testPath)}\n`);
}
