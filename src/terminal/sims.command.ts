import type { Command } from 'commander';
import { type CallerOptions, createCallerCommand, withCaller } from './caller.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './filter.options.ts';
import { type Freshness, reportFreshness } from './freshness.ts';
import { type GatewayError, Refused } from './gateway.ts';
import { askWithCost, failuresOf, reportLeftOut } from './left-out.ts';
import { openList } from './list.ts';
import { type Page, pages } from './pages.ts';
import { addPageOptions, type PageOptions, pageHint } from './paging.ts';
import { GROUP_SIMS, PAGE_SIZE, SIMS } from './requests.ts';
import { reportErrors, type Session } from './session.ts';
import { onlyGroup, type SimFilter } from './sim-filter.ts';
import { SIM_LIST, type SimRow } from './sim-row.ts';
import { readSort, type SimOrder, SORT_WORDS } from './sort.option.ts';

interface SimsOptions extends CallerOptions, FilterOptions, PageOptions {
  readonly sort?: SimOrder;
}

type ListedSims = Page<SimRow> & Freshness;

interface SimPage extends ListedSims {
  readonly errors: readonly GatewayError[];
}

interface Wanted {
  readonly filter: SimFilter | null;
  readonly orderBy: SimOrder | null;
  readonly first: number;
}

export function simsCommand(): Command {
  const command = createCallerCommand({
    name: 'sims',
    summary: 'list SIMs: state, group, usage and cost of this month',
    description: `Prints a table of SIMs, all or those that match all conditions, sorted by ICCID or by --sort: ICCID, name, state,
pending state if there is one, group, data used this month and its limit, cost of this month. Prints one page, or with --all every page.`,
    examples: [
      '# the first fifty',
      'sim-gateway sims',
      '# all SIMs of a group',
      'sim-gateway sims --group Meters --all',
      '# live SIMs of two groups that have used 80% of their data limit or more, highest share first',
      'sim-gateway sims --state LIVE --group Meters --group Pilot --used-at-least 80 --sort percent:desc',
      '# the ICCIDs of all live SIMs without a data session for a week',
      'sim-gateway sims --state LIVE --silent-since 7d --all --columns iccid --no-header > iccids.txt',
      '# a table for a spreadsheet',
      'sim-gateway sims --all --csv > sims.csv',
    ],
  });
  return addPageOptions(addFilterOptions(command), SIM_LIST, 'SIMs')
    .option(
      '--sort <field>',
      `${SORT_WORDS.join(', ')}; append :desc to reverse the order (default: iccid)`,
      readSort,
    )
    .action(async (options: SimsOptions) => {
      await withCaller(options, (session) => list(session, options));
    });
}

async function list(session: Session, options: SimsOptions): Promise<ExitCode> {
  const { all = false, after = null, sort = null } = options;
  const { screen } = session;
  const wanted = { filter: filterOf(options), orderBy: sort, first: all ? PAGE_SIZE : options.first };
  const errors: GatewayError[] = [];
  let shown = 0;
  let hint = '';
  let freshness: Freshness | undefined;
  const output = openList(session, SIM_LIST, options);
  const listing = pages((from, tries) => read(session, wanted, from, tries), after);
  for await (const page of listing) {
    if (freshness === undefined || !page.isComplete) freshness = page;
    errors.push(...failuresOf(session, page.errors));
    shown += page.nodes.length;
    await output.print(page.nodes);
    hint = page.totalCount === 0 ? 'No SIM matches.' : pageHint(page, shown, all);
    if (!all || screen.isResultLost()) break;
  }
  if (hint !== '' && !screen.isResultLost()) screen.say(hint);
  if (freshness !== undefined) reportFreshness(session, freshness);
  reportErrors(session, errors);
  reportLeftOut(session);
  return freshness?.isComplete && errors.length === 0 ? EXIT.succeeded : EXIT.notAll;
}

async function read(session: Session, wanted: Wanted, after: string | null, tries: number): Promise<SimPage> {
  const group = onlyGroup(wanted.filter);
  if (group !== undefined) return readGroup(session, group, wanted, after, tries);
  const variables = { ...wanted, after };
  const { data, errors } = await askWithCost<{ sims: ListedSims }>(session, SIMS, variables, { tries });
  return { ...data.sims, errors };
}

/** Reads the SIMs of one group through the field `group`, which works without a fleet index and reports a group that does not exist. */
async function readGroup(
  session: Session,
  group: string,
  { orderBy, first }: Wanted,
  after: string | null,
  tries: number,
): Promise<SimPage> {
  const { data, errors } = await askWithCost<{ group: { sims: ListedSims | null } | null }>(
    session,
    GROUP_SIMS,
    { group, orderBy, first, after },
    { tries },
  );
  if (data.group?.sims) return { ...data.group.sims, errors };
  const message = `There is no group ${JSON.stringify(group)}.`;
  throw new Refused(errors[0] ?? { message, extensions: { code: 'NOT_FOUND' } });
}
