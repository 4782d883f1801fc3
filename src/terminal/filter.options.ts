import { type Command, InvalidArgumentError, Option } from 'commander';
import { someOf } from './choices.ts';
import { WrongUsage } from './exit-codes.ts';
import type { SimFilter } from './sim-filter.ts';
import { readSince, type Since } from './since.ts';

/** The filter options, as commander parses them. */
export interface FilterOptions {
  readonly state?: readonly string[];
  /** False: in no group. */
  readonly group?: readonly string[] | false;
  readonly search?: string;
  readonly usedAtLeast?: number;
  readonly silentSince?: Since;
  readonly esim?: boolean;
  readonly moving?: true;
}

const STATES = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'UNKNOWN'];

export function addFilterOptions(command: Command): Command {
  const options = [
    new Option(
      '--state <list>',
      `SIMs in one of these states, separated by commas: ${STATES.join(', ')}`,
    ).argParser(someOf(STATES)),
    new Option('--group <name>', 'SIMs of this group; repeat it for more groups').argParser(oneMoreGroup),
    new Option('--no-group', 'SIMs in no group').argParser(noGroup),
    new Option('--search <text>', 'part of name, ICCID, MSISDN, IMSI, IMEI or EID; ignores case').argParser(
      searchText,
    ),
    new Option(
      '--used-at-least <percent>',
      'at least this share of the data limit used this month',
    ).argParser(percent),
    new Option(
      '--silent-since <date|7d>',
      'last data session before this date (UTC), or this many hours (h), days (d) or weeks (w) ago; not SIMs that never had one',
    ).argParser(readSince),
    new Option('--esim', 'eSIMs').argParser(isEsim(true)),
    new Option('--no-esim', 'SIMs that are not eSIMs').argParser(isEsim(false)),
    new Option('--moving', 'SIMs in transition to another state'),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

type Typed = { readonly [K in keyof FilterOptions]-?: NonNullable<FilterOptions[K]> };

/** The condition of each option. An option without one does not compile. */
const conditions: { readonly [K in keyof Typed]: (value: Typed[K]) => SimFilter } = {
  state: (states) => ({ states }),
  moving: () => ({ isTransitioning: true }),
  group: (groups) => (groups === false ? { inNoGroup: true } : { groups }),
  search: (search) => ({ search }),
  esim: (isEsim) => ({ isEsim }),
  usedAtLeast: (usedPercentAtLeast) => ({ usedPercentAtLeast }),
  silentSince: ({ at }) => ({ lastDataSessionBefore: at }),
};

/** The filter of the options; null if there are none. */
export function filterOf(options: FilterOptions): SimFilter | null {
  const conditionOf = <K extends keyof Typed>(name: K): SimFilter => {
    const value = options[name];
    return value === undefined ? {} : conditions[name](value as Typed[K]);
  };
  const given = (Object.keys(conditions) as (keyof Typed)[]).map(conditionOf);
  const filter: SimFilter = Object.assign({}, ...given);
  return Object.keys(filter).length > 0 ? filter : null;
}

// A name may contain a comma, so each group needs its own option.
function oneMoreGroup(name: string, before: readonly string[] | false | undefined): readonly string[] {
  if (before === false) throw excluding('group');
  if (name === '') throw new InvalidArgumentError('It must not be empty.');
  return [...new Set([...(before ?? []), name])];
}

function noGroup(_: string, before: readonly string[] | false | undefined): false {
  if (before) throw excluding('group');
  return false;
}

function isEsim(is: boolean): (_: string, before: boolean | undefined) => boolean {
  return (_, before) => {
    if (before === !is) throw excluding('esim');
    return is;
  };
}

/** Without this error, commander silently lets the last option win. */
const excluding = (name: string) => new WrongUsage(`--${name} and --no-${name} exclude each other.`);

function searchText(text: string): string {
  // The empty text matches every SIM. It is more likely an unset variable.
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

function percent(text: string): number {
  const number = Number(text.replace(/%$/, ''));
  if (!/^\d{1,6}(?:\.\d+)?%?$/.test(text)) {
    throw new InvalidArgumentError('It must be a percentage, for example 80.');
  }
  return number;
}
