import { tmpdir } from 'node:os';
import { alone } from '../scripts/alone.mjs';
import { runCurves } from './curves.mjs';
import { stopAll } from './lib/programs.mjs';
import { UsageError } from './lib/usage-error.mjs';
import { runMemory } from './memory.mjs';
import { readOptions, usage } from './options.mjs';
import { publicText } from './public/report.mjs';
import { runPublic } from './public/run.mjs';
import { reportText, writeReport } from './report.mjs';
import { run } from './run.mjs';
import { runStart } from './start.mjs';

const waiting = 'Waiting for another benchmark on this machine';
const print = (text) => process.stdout.write(`${text}\n`);

/** Runs the benchmark with these arguments and returns the exit code. A signal stops all programs first. */
export async function main(args) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      print('Stopping …');
      stopAll().finally(() => process.exit(1));
    });
  try {
    const options = readOptions(args);
    if (options.help) {
      print(usage);
      return 0;
    }
    if (options.isPublic) {
      const text = publicText(await alone(tmpdir(), waiting, () => runPublic(options, print)));
      print(`\n${text}`);
      if (options.writes) writeReport(text, 'public');
      return 0;
    }
    if (options.hasCurves) {
      await alone(tmpdir(), waiting, () => runCurves(options, print));
      return 0;
    }
    if (options.hasMemory || options.hasStart) {
      const measure = options.hasMemory ? runMemory : runStart;
      print(`\n${await alone(tmpdir(), waiting, () => measure(options, print))}`);
      return 0;
    }
    const outcome = await alone(tmpdir(), waiting, () => run(options, print));
    const text = options.isProfile ? outcome : reportText(outcome);
    print(`\n${text}`);
    if (options.writes && !options.isProfile) writeReport(text);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
    print(isUsage ? `${error.message}\n\n${usage}` : error.stack);
    return 1;
  }
}
