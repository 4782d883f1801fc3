import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { GatewayError } from './gateway.ts';
import { addListOptions, type List, type ListOptions, openList } from './list.ts';
import { type Page, pages } from './pages.ts';
import { PAGE_SIZE } from './requests.ts';
import { reportErrors, type Session } from './session.ts';
import { count } from './words.ts';

/** The options of commands that print a list in pages. */
export interface PageOptions extends ListOptions {
  readonly all?: boolean;
  readonly first: number;
  readonly after?: string;
}

/** Which page of a list to read, and how often to try. */
export interface PageWanted {
  readonly first: number;
  readonly after: string | null;
  readonly tries: number;
}

export type AnsweredPage<Row> = Page<Row> & { readonly errors: readonly GatewayError[] };

/** Adds the options of a list, and --all, --first and --after. `rows` is what the list has, in the plural. */
export function addPageOptions<Row>(command: Command, list: List<Row>, rows: string): Command {
  return addListOptions(command, list)
    .addOption(new Option('--all', 'all pages, not only one').conflicts('first'))
    .option('--first <n>', `${rows} per page, up to ${PAGE_SIZE}`, pageSize, 50)
    .option('--after <cursor>', 'cursor printed by the previous page in the same order');
}

function pageSize(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= PAGE_SIZE) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${PAGE_SIZE}.`);
}

/** Prints one page of a list, or all pages, and how to get the next one. Errors: those of `read`. */
export async function printPages<Row>(
  session: Session,
  list: List<Row>,
  options: PageOptions,
  {
    read,
    none,
  }: { readonly read: (wanted: PageWanted) => Promise<AnsweredPage<Row>>; readonly none: string },
): Promise<ExitCode> {
  const { screen } = session;
  const { all = false } = options;
  const first = all ? PAGE_SIZE : options.first;
  const errors: GatewayError[] = [];
  const output = openList(session, list, options);
  let shown = 0;
  let hint = '';
  for await (const page of pages((after, tries) => read({ first, after, tries }), options.after ?? null)) {
    errors.push(...page.errors);
    shown += page.nodes.length;
    await output.print(page.nodes);
    hint = page.totalCount === 0 ? none : pageHint(page, shown, all);
    if (!all || screen.isResultLost()) break;
  }
  if (!screen.isResultLost()) screen.say(hint);
  reportErrors(session, errors);
  return errors.length === 0 ? EXIT.succeeded : EXIT.notAll;
}

/** The number of rows that were printed, and how to get the next page. */
export function pageHint({ pageInfo, totalCount }: Page<unknown>, shown: number, all: boolean): string {
  const of = `${count(shown)} of ${count(totalCount)}`;
  if (all || !pageInfo.hasNextPage) return of;
  return `${of}. Next page: --after ${pageInfo.endCursor}   All pages: --all`;
}
