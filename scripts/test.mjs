/**
 * Runs one tier of the tests and ends with the line "N passed, N failed".
 *
 *   node scripts/test.mjs                          the checks, and all tests except those of the tier `faults`
 *   node scripts/test.mjs --faults                 the tests of crashes, leases, replicas and outages (*.faults.test.ts)
 *   node scripts/test.mjs [arguments for jest]     only those tests, of either tier, without the checks
 */
import './node-version.mjs';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { program, root, runNode } from './command.mjs';

const resultFile = join(root, '.cache', 'jest-results.json');

const FAULTS = String.raw`\.faults\.test\.ts$`;

const TIERS = {
  default: ['--testPathIgnorePatterns', '/node_modules/', FAULTS],
  faults: ['--testPathPatterns', FAULTS],
};

/** Runs jest and returns {passed, failed}. A run without a usable result counts as one failure. */
async function runTests(args, { mayBeSkipped }) {
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
  if (failed === 0 && !mayBeSkipped && result.numPendingTests > 0)
    return fault(`${result.numPendingTests} tests are skipped; no test may be skipped.`, passed);
  return { passed, failed };
}

function fault(sentence, passed = 0) {
  process.stdout.write(`\n${sentence}\n`);
  return { passed, failed: 1 };
}

const [first, ...rest] = process.argv.slice(2);
const isFaults = first === '--faults';
const args = isFaults || first === undefined ? rest : [first, ...rest];
const isWholeTier = args.length === 0;
const tier = isFaults ? TIERS.faults : isWholeTier ? TIERS.default : [];
const withChecks = isWholeTier && !isFaults;

process.stdout.write(withChecks ? '\nChecks:\n' : '\n');
const checks = withChecks ? await check() : { passed: 0, failed: 0 };
const tests = await runTests([...tier, ...args], { mayBeSkipped: !isWholeTier });
const failed = checks.failed + tests.failed;
process.stdout.write(`\n${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
