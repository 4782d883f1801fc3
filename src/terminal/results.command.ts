import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { someOf } from './choices.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type OperationResult, OUTCOMES } from './operation.ts';
import { pagesOfResults } from './pages.ts';
import { safeText } from './safe-text.ts';
import type { Session } from './session.ts';

export function resultsCommand(): Command {
  return createCallerCommand({
    name: 'results',
    summary: 'print the outcome of each SIM of a bulk operation',
    description: `Prints the outcome of each SIM of a bulk operation, also while it is running: CSV with a header (iccid, eid, outcome,
code, message; eid is the EID by which the SIM was named), or with --json one object per line.`,
    examples: [
      'sim-gateway results QnVsa09wZXJhdGlvbjox > results.csv',
      '# repeat the change for the SIMs that failed',
      'sim-gateway results QnVsa09wZXJhdGlvbjox --outcome FAILED > failed.csv',
      'sim-gateway bulk --action SUSPEND --file failed.csv',
    ],
  })
    .argument('<id>', 'the id of the operation')
    .option('--outcome <list>', `only these, separated by commas: ${OUTCOMES.join(', ')}`, someOf(OUTCOMES))
    .action(async (id: string, options: CallerOptions & { outcome?: readonly string[] }) => {
      await withCaller(options, (session) => print(session, id, options.outcome ?? null));
    });
}

async function print(session: Session, id: string, outcomes: readonly string[] | null): Promise<ExitCode> {
  const { screen, isJson } = session;
  let isFirst = true;
  for await (const { nodes } of pagesOfResults(session, id, outcomes)) {
    if (isFirst && !isJson) await screen.print('iccid,eid,outcome,code,message');
    isFirst = false;
    for (const result of nodes) {
      if (isJson) await screen.printJson(result);
      else await screen.print(csvLine(result));
    }
    if (screen.isResultLost()) break;
  }
  return EXIT.succeeded;
}

function csvLine({ iccid, eid, outcome, error }: OperationResult): string {
  return [iccid ?? '', eid ?? '', outcome, error?.code ?? '', error?.message ?? ''].map(csvCell).join(',');
}

function csvCell(text: string): string {
  const safe = safeText(text);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
