import { text } from 'node:stream/consumers';
import { WrongUsage } from './exit-codes.ts';
import { readTextFile } from './files.ts';
import { type FilterOptions, filterOf } from './filter.options.ts';
import { filterWords, onlyGroup, type SimFilter } from './sim-filter.ts';
import { readSimArguments, readSimFile, type SimList } from './sim-list.ts';

/** The options that select the SIMs to change. */
export interface TargetOptions extends FilterOptions {
  readonly file?: string;
  readonly sims?: readonly string[];
}

/** The input type BulkTarget of the gateway. */
export type Target = { readonly group: string } | { readonly list: string } | { readonly filter: SimFilter };

/** Reads the target. `repeated` counts repeated ICCIDs and EIDs. Errors: WrongUsage. */
export async function readTarget(options: TargetOptions): Promise<{ target: Target; repeated: number }> {
  const { file, sims } = options;
  const filter = filterOf(options);
  const ways = [file, sims, filter].filter((way) => way !== undefined && way !== null);
  if (ways.length !== 1) {
    throw new WrongUsage(
      'Exactly one of --group, --file and --sims must select the SIMs, or else --state, --search and so on, with or without --group.',
    );
  }
  if (filter !== null) {
    const group = onlyGroup(filter);
    return { target: group === undefined ? { filter } : { group }, repeated: 0 };
  }
  const { keys, repeated } = await listOf(options);
  return { target: { list: keys.join('\n') }, repeated };
}

/** The group or the filter of a target, in words and parentheses, to append to a number of SIMs; '' for a list. */
export function targetWords(target: Target): string {
  if ('list' in target) return '';
  return ` (${filterWords('group' in target ? { groups: [target.group] } : target.filter)})`;
}

async function listOf({ file = '-', sims }: TargetOptions): Promise<SimList> {
  if (sims !== undefined) return readSimArguments(sims, '--sims');
  if (file === '-') return readSimFile(await text(process.stdin), 'The standard input');
  return readSimFile(readTextFile(file), file);
}
