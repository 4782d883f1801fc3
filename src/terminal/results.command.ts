import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { someOf } from './choices.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addListOptions, type List, type ListOptions, openList } from './list.ts';
import { type OperationResult, OUTCOMES } from './operation.ts';
import { pagesOfResults } from './pages.ts';
import type { Session } from './session.ts';

interface ResultsOptions extends CallerOptions, ListOptions {
  readonly outcome?: readonly string[];
}

/** A reader of 0.1 knows the columns by their positions: a new one is the last. */
const RESULT_LIST: List<OperationResult> = {
  isCsv: true,
  columns: [
    { name: 'iccid', value: ({ iccid }) => iccid, isWhole: true },
    { name: 'eid', value: ({ eid }) => eid, isWhole: true },
    { name: 'outcome', value: ({ outcome }) => outcome },
    { name: 'code', value: ({ error }) => error?.code },
    { name: 'message', value: ({ error }) => error?.message },
  ],
};

export function resultsCommand(): Command {
  const command = createCallerCommand({
    name: 'results',
    summary: 'print the outcome of each SIM of a bulk operation',
    description: `Prints the outcome of each SIM of a bulk operation, also while it is running: a table in a terminal, otherwise CSV with
a header, or with --json one object per line. The eid is the EID by which the SIM was named.`,
    examples: [
      'sim-gateway results QnVsa09wZXJhdGlvbjox > results.csv',
      '# repeat the change for the SIMs that failed',
      'sim-gateway results QnVsa09wZXJhdGlvbjox --outcome FAILED > failed.csv',
      'sim-gateway bulk --action SUSPEND --file failed.csv',
    ],
  });
  return addListOptions(command, RESULT_LIST)
    .argument('<id>', 'the id of the operation')
    .option('--outcome <list>', `only these, separated by commas: ${OUTCOMES.join(', ')}`, someOf(OUTCOMES))
    .action(async (id: string, options: ResultsOptions) => {
      await withCaller(options, (session) => print(session, id, options));
    });
}

async function print(session: Session, id: string, options: ResultsOptions): Promise<ExitCode> {
  const output = openList(session, RESULT_LIST, options);
  for await (const { nodes } of pagesOfResults(session, id, options.outcome ?? null)) {
    await output.print(nodes);
    if (session.screen.isResultLost()) break;
  }
  return EXIT.succeeded;
}
