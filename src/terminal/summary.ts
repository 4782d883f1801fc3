import { isAllDone, type Operation, type OperationResult } from './operation.ts';
import { pagesOfResults } from './pages.ts';
import type { Line } from './screen.ts';
import type { Session } from './session.ts';
import { readSettings } from './settings.ts';
import { codeText, count, duration, simCount } from './words.ts';

/** Maximum number of result pages that a summary reads. */
const PAGES = 20;
const SHOWN_SIMS = 5;

/** Prints the counts of an operation and, for each error code, the first SIMs that failed or are unknown. Errors: Refused, Unreachable. */
export async function printSummary(session: Session, operation: Operation): Promise<void> {
  const { screen } = session;
  for (const line of outcomeLines(operation)) await screen.print(line);
  if (screen.isResultLost()) return;
  if (operation.failed + operation.unknown > 0) {
    for (const line of await troubleLines(session, operation)) await screen.print(line);
  }
  const command = `${readSettings().program} results ${operation.id}`;
  if (isAllDone(operation)) screen.say(`The outcome of each SIM: ${command}`);
  else if (operation.failed + operation.unknown + operation.notSent > 0) {
    const outcomes = [
      ...(operation.failed > 0 ? ['FAILED'] : []),
      ...(operation.unknown > 0 ? ['UNKNOWN'] : []),
      ...(operation.notSent > 0 ? ['NOT_SENT'] : []),
    ];
    await screen.print('');
    await screen.print(`All of them: ${command} --outcome ${outcomes.join(',')}`);
  }
}

function outcomeLines(operation: Operation): Line[] {
  const { action, status, total, succeeded, failed, unknown, notSent, createdAt, finishedAt, error } =
    operation;
  const tookSeconds =
    finishedAt === null ? undefined : (Date.parse(finishedAt) - Date.parse(createdAt)) / 1000;
  const took = tookSeconds === undefined ? '' : ` in ${duration(tookSeconds)}`;
  return [
    [
      { text: `${action} of ${simCount(total)}: ` },
      { text: status, style: isAllDone(operation) ? 'good' : 'bad' },
      { text: took },
    ],
    [
      { text: `  ${count(succeeded)} succeeded`, ...(succeeded > 0 && { style: 'good' }) },
      { text: `, ${count(failed)} failed`, ...(failed > 0 && { style: 'bad' }) },
      { text: `, ${count(unknown)} unknown`, ...(unknown > 0 && { style: 'warn' }) },
      { text: `, ${count(notSent)} not sent`, ...(notSent > 0 && { style: 'warn' }) },
    ],
    ...(error === null ? [] : [[{ text: `  ${error.code}: ${error.message}`, style: 'bad' as const }]]),
  ];
}

interface Trouble {
  readonly outcome: string;
  readonly code: string;
  readonly message: string;
  readonly keys: string[];
  sims: number;
}

async function troubleLines(session: Session, operation: Operation): Promise<Line[]> {
  const groups = new Map<string, Trouble>();
  let pages = 0;
  let read = 0;
  for await (const { nodes } of pagesOfResults(session, operation.id, ['FAILED', 'UNKNOWN'])) {
    for (const result of nodes) add(groups, result);
    read += nodes.length;
    pages += 1;
    if (pages === PAGES) break;
  }
  const lines: Line[] = [];
  const sorted = [...groups.values()].sort((one, other) => other.sims - one.sims);
  for (const { outcome, code, message, keys, sims } of sorted) {
    const more = sims > keys.length ? ` and ${count(sims - keys.length)} more` : '';
    lines.push('');
    lines.push([
      { text: outcome, style: outcome === 'FAILED' ? 'bad' : 'warn' },
      { text: `  ${code}`, style: 'bold' },
      { text: `  ${simCount(sims)}  ${message}` },
    ]);
    lines.push(`  ${keys.join(', ')}${more}`);
  }
  const all = operation.failed + operation.unknown;
  if (read < all) lines.push('', `These are the first ${count(read)} of ${count(all)} SIMs.`);
  return lines;
}

function add(groups: Map<string, Trouble>, { iccid, eid, outcome, error }: OperationResult): void {
  const code = error === null ? 'OUTCOME_UNKNOWN' : codeText(error);
  const key = `${outcome} ${code}`;
  const group = groups.get(key) ?? { outcome, code, message: error?.message ?? '', keys: [], sims: 0 };
  groups.set(key, group);
  group.sims += 1;
  if (group.keys.length < SHOWN_SIMS) group.keys.push(iccid ?? eid ?? '(no ICCID)');
}
