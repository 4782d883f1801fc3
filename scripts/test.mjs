/**
 * Runs the checks and all tests, and ends with the line "N passed, N failed".
 *
 *   node scripts/test.mjs [arguments for jest]     with arguments: only those tests, no checks
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { program, root, runNode } from './command.mjs';

const resultFile = join(root, '.cache', 'jest-results.json');

/** Runs jest and gives {passed, failed}; whatever makes its run worthless counts as failed. */
async function runTests(args) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(resultFile, { force: true });
  const jest = [program('jest/bin/jest.js'), '--json', `--outputFile=${resultFile}`, ...args];
  const { code } = await runNode(jest, { stream: true });
  if (!existsSync(resultFile)) return fault('jest ended without a result.');
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (passed + failed === 0) return fault('No test was run.');
  if (failed === 0 && code !== 0)
    return fault(`Every test passed, but jest ended with code ${code}.`, passed);
  if (failed === 0 && args.length === 0 && result.numPendingTests > 0) {
    return fault(`${result.numPendingTests} tests are skipped, and none may be.`, passed);
  }
  return { passed, failed };
}

function fault(sentence, passed = 0) {
  process.stdout.write(`\n${sentence}\n`);
  return { passed, failed: 1 };
}

const args = process.argv.slice(2);
process.stdout.write(args.length === 0 ? '\nChecks:\n' : '\n');
const checks = args.length === 0 ? await check() : { passed: 0, failed: 0 };
const tests = await runTests(args);
const failed = checks.failed + tests.failed;
process.stdout.write(`\n${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
