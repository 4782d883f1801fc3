import { tmpdir } from 'node:os';
import { alone } from '../scripts/alone.mjs';
import { stopAll } from './lib/programs.mjs';
import { UsageError } from './lib/usage-error.mjs';
import { readOptions, usage } from './options.mjs';
import { reportText, writeReport } from './report.mjs';
import { run } from './run.mjs';

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
