import { type Command, InvalidArgumentError } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { type ExitCode, WrongUsage } from './exit-codes.ts';
import { readOperation } from './follow.ts';
import { followToExit } from './follow-to-exit.ts';

import { isSimKey } from './sim-list.ts';
import { watchSims } from './watch-sims.ts';

const MAX_SIMS = 1000;

export function watchCommand(): Command {
  return createCallerCommand({
    name: 'watch',
    summary: 'follow a bulk operation, or SIMs until none is in transition',
    description: `With the id of a bulk operation: shows its progress until it ends, as bulk does.
With up to 1000 ICCIDs or EIDs: prints the state of each SIM and a line for each change of state, until none is in transition.`,
    examples: [
      '# an operation that was started with --detach, or from another computer',
      'sim-gateway watch QnVsa09wZXJhdGlvbjox',
      '# two SIMs, polled every 2 seconds',
      'sim-gateway watch 8937204016076059646 8937204016458019812 --every 2',
      '# continue when all have reached their state',
      'sim-gateway watch $(cat iccids.txt) && echo all there',
    ],
  })
    .argument('<id...>', 'the id of an operation, or ICCIDs or EIDs')
    .option('--every <seconds>', 'SIMs: seconds between two polls', everySeconds, 5)
    .action(async (ids: string[], options: CallerOptions & { every: number }) => {
      const areSims = whatAreThey(ids);
      await withCaller(options, async (session): Promise<ExitCode> => {
        if (areSims) return watchSims(session, [...new Set(ids)], options.every);
        const operation = await readOperation(session, ids[0] ?? '', { tries: 2 });
        return followToExit(session, operation);
      });
    });
}

/** True for SIMs, false for one operation. Errors: WrongUsage. */
function whatAreThey(ids: readonly string[]): boolean {
  const faulty = ids.find((id) => !isSimKey(id));
  if (faulty === undefined && ids.length > MAX_SIMS) {
    throw new WrongUsage(`At most ${MAX_SIMS} SIMs can be watched; these are ${ids.length}.`);
  }
  if (faulty === undefined) return true;
  if (ids.length === 1 && !/^\d*$/.test(faulty)) return false;
  const rule = 'an ICCID has 18 to 22 digits, an EID 32';
  throw new WrongUsage(
    `${JSON.stringify(faulty)} is not an ICCID or EID (${rule}), and only one operation can be followed.`,
  );
}

function everySeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || seconds < 0.2 || seconds > 3600) {
    throw new InvalidArgumentError('It must be a number of seconds from 0.2 to 3600.');
  }
  return seconds;
}
