import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type GatewayError, Refused } from './gateway.ts';
import { type Page, pages } from './pages.ts';
import { GROUP_SIMS, PAGE_SIZE, SIMS } from './requests.ts';
import {
  atLeastOne,
  type CommonOptions,
  createCommand,
  type Session,
  tellErrors,
  withSession,
} from './session.ts';
import { cellsOf, flatSim, type SimRow } from './sim-row.ts';
import { Table } from './table.ts';
import { count } from './words.ts';

const HEAD = ['ICCID', 'NAME', 'STATE', 'PENDING', 'GROUP', 'USAGE', 'COST'];

interface SimsOptions extends CommonOptions {
  readonly group?: string;
  readonly all?: boolean;
  readonly first: number;
  readonly after?: string;
}

interface SimPage extends Page<SimRow> {
  readonly errors: readonly GatewayError[];
}

/** `sims`: a table of SIMs. */
export function simsCommand(): Command {
  return createCommand({
    name: 'sims',
    summary: 'list SIMs: state, group, usage and cost of this month',
    description: `A table of SIMs in the order of the SIM API: iccid, name, state, the state it is on its way to, group,
data used this month and its limit, cost of this month. One page of it, or with --all everything.`,
    examples: [
      '# the first fifty',
      'sim-gateway sims',
      '# all SIMs of a group',
      'sim-gateway sims --group Meters --all',
      '# the ICCIDs of all SIMs that are live',
      `sim-gateway sims --all --json | jq -r 'select(.state == "LIVE").iccid' > iccids.txt`,
    ],
  })
    .option('--group <name>', 'only SIMs of this group')
    .option('--all', 'all pages, not just one')
    .option('--first <n>', `how many, up to ${PAGE_SIZE}`, atLeastOne, 50)
    .option('--after <cursor>', 'where the page begins, as the page before it said')
    .action(async (options: SimsOptions) => {
      await withSession(options, (session) => list(session, options));
    });
}

async function list(session: Session, { group, all = false, first, after }: SimsOptions): Promise<ExitCode> {
  const { screen, isJson } = session;
  const size = all ? PAGE_SIZE : first;
  const table = new Table(HEAD, { isCut: screen.isResultWatched });
  const errors: GatewayError[] = [];
  let shown = 0;
  let hint = '';
  const walk = pages(
    (from, tries) =>
      group === undefined ? read(session, size, from, tries) : readGroup(session, group, size, from, tries),
    after ?? null,
  );
  for await (const page of walk) {
    errors.push(...page.errors);
    shown += page.nodes.length;
    if (isJson) for (const sim of page.nodes) await screen.printJson(flatSim(sim));
    else for (const line of table.lines(page.nodes.map(cellsOf))) await screen.print(line);
    hint = hintOf(page, shown, all);
    if (!all) break;
  }
  if (hint !== '') screen.say(hint);
  tellErrors(session, errors);
  return errors.length > 0 ? EXIT.notAll : EXIT.succeeded;
}

function hintOf({ pageInfo, totalCount }: SimPage, shown: number, all: boolean): string {
  const of = `${count(shown)} of ${count(totalCount)}`;
  if (all || !pageInfo.hasNextPage) return of;
  return `${of}. The next: --after ${pageInfo.endCursor}   Everything: --all`;
}

async function read(
  { gateway }: Session,
  first: number,
  after: string | null,
  tries: number,
): Promise<SimPage> {
  const { data, errors } = await gateway.ask<{ sims: Page<SimRow> }>(SIMS, { first, after }, { tries });
  return { ...data.sims, errors };
}

async function readGroup(
  { gateway }: Session,
  group: string,
  first: number,
  after: string | null,
  tries: number,
): Promise<SimPage> {
  const { data, errors } = await gateway.ask<{ group: { sims: Page<SimRow> | null } | null }>(
    GROUP_SIMS,
    { group, first, after },
    { tries },
  );
  if (data.group?.sims) return { ...data.group.sims, errors };
  const message = `There is no group ${JSON.stringify(group)}.`;
  throw new Refused(errors[0] ?? { message, extensions: { code: 'NOT_FOUND' } });
}
