import { type Command, Option } from 'commander';
import { someOf } from './choices.ts';
import {
  amount,
  bytes,
  flag,
  jsonFilter,
  noGroup,
  once,
  oneMore,
  oneMoreGroup,
  oneMoreIccid,
  percent,
  searchText,
} from './filter.values.ts';
import type { SimFilter } from './sim-filter.ts';
import { readSince, type Since } from './since.ts';

/** The options that take a date, with the fields of the filter that they set. */
const dateFields = {
  silentSince: 'lastDataSessionBefore',
  sessionAfter: 'lastDataSessionAfter',
  networkBefore: 'lastNetworkActivityBefore',
  networkAfter: 'lastNetworkActivityAfter',
  modifiedBefore: 'lastModifiedBefore',
  modifiedAfter: 'lastModifiedAfter',
} as const satisfies Record<string, keyof SimFilter>;

type DateOption = keyof typeof dateFields;

/** The filter options, as commander parses them. */
export interface FilterOptions extends Partial<Record<DateOption, Since>> {
  readonly state?: readonly string[];
  readonly offlineReason?: readonly string[];
  /** False: in no group. */
  readonly group?: readonly string[] | false;
  readonly search?: string;
  readonly iccid?: readonly string[];
  readonly type?: readonly string[];
  readonly usedAtLeast?: number;
  readonly usedBytesAtLeast?: number;
  readonly usedBytesAtMost?: number;
  readonly overLimit?: boolean;
  readonly costAtLeast?: number;
  readonly neverConnected?: boolean;
  readonly neverHadSession?: boolean;
  readonly esim?: boolean;
  readonly moving?: boolean;
  readonly filter?: SimFilter;
}

const STATES = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'UNKNOWN'];
const OFFLINE_REASONS = ['SUSPENDED', 'DEACTIVATED'];

/** An option that may be given once. Without this check, commander silently lets the last one win. */
const single = <T>(flags: string, description: string, parse: (text: string) => T) =>
  new Option(flags, description).argParser(once(parse, flags.split(' ')[0] ?? flags));
// A date may be given again, to repeat a command with the date that it printed.
const date = (flags: string, description: string) => new Option(flags, description).argParser(readSince);
const yesAndNo = (name: string, yes: string, no: string) => [
  new Option(`--${name}`, yes).argParser(flag(name, true)),
  new Option(`--no-${name}`, no).argParser(flag(name, false)),
];

export function addFilterOptions(command: Command): Command {
  const options = [
    new Option(
      '--state <list>',
      `SIMs in one of these states, separated by commas: ${STATES.join(', ')}`,
    ).argParser(someOf(STATES)),
    new Option(
      '--offline-reason <list>',
      `SIMs that are OFFLINE for one of these reasons: ${OFFLINE_REASONS.join(', ')}`,
    ).argParser(someOf(OFFLINE_REASONS)),
    new Option('--group <name>', 'SIMs of this group; repeat it for more groups').argParser(oneMoreGroup),
    new Option('--no-group', 'SIMs in no group').argParser(noGroup),
    single('--search <text>', 'part of name, ICCID, MSISDN, IMSI, IMEI or EID; ignores case', searchText),
    new Option('--iccid <iccid>', 'the SIM with this ICCID; repeat it for more SIMs').argParser(oneMoreIccid),
    new Option('--type <type>', 'SIMs of this type, as `sim` shows it; repeat it for more types').argParser(
      oneMore,
    ),
    single('--used-at-least <percent>', 'at least this share of the data limit used this month', percent),
    single(
      '--used-bytes-at-least <bytes>',
      'at least this much data used this month, in bytes or with KB, MB, GB or TB: 500MB',
      bytes,
    ),
    single('--used-bytes-at-most <bytes>', 'at most this much data used this month: 1.5GB', bytes),
    ...yesAndNo(
      'over-limit',
      'more than the data limit used this month',
      'SIMs that are not over their limit',
    ),
    single(
      '--cost-at-least <amount>',
      'at least this cost this month, in the currency of the account',
      amount,
    ),
    ...yesAndNo('never-connected', 'SIMs that never reached a network', 'SIMs that have reached a network'),
    date('--network-before <date|7d>', 'last on a network before this date; not SIMs that never were'),
    date('--network-after <date|7d>', 'last on a network after this date'),
    ...yesAndNo(
      'never-had-session',
      'SIMs that never had a data session',
      'SIMs that have had a data session',
    ),
    date(
      '--silent-since <date|7d>',
      'last data session before this date (UTC), or this many hours (h), days (d) or weeks (w) ago; not SIMs that never had one',
    ),
    date('--session-after <date|7d>', 'last data session after this date'),
    date('--modified-before <date|7d>', 'status, group, name and so on last changed before this date'),
    date('--modified-after <date|7d>', 'status, group, name and so on last changed after this date'),
    ...yesAndNo('esim', 'eSIMs', 'SIMs that are not eSIMs'),
    ...yesAndNo('moving', 'SIMs in transition to another state', 'SIMs that are not in transition'),
    single(
      '--filter <json>',
      'SIMs that also match this SimFilter of the GraphQL API, for or and not: \'{"or": [{"inNoGroup": true}, {"costAtLeast": 5}]}\'',
      jsonFilter,
    ),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

type Typed = { readonly [K in keyof FilterOptions]-?: NonNullable<FilterOptions[K]> };
type OtherOption = Exclude<keyof Typed, DateOption | 'filter'>;

/** The condition of each option. An option without one does not compile. */
const conditions: { readonly [K in OtherOption]: (value: Typed[K]) => SimFilter } = {
  state: (states) => ({ states }),
  offlineReason: (offlineReasons) => ({ offlineReasons }),
  moving: (isTransitioning) => ({ isTransitioning }),
  group: (groups) => (groups === false ? { inNoGroup: true } : { groups }),
  search: (search) => ({ search }),
  iccid: (iccids) => ({ iccids }),
  type: (types) => ({ types }),
  esim: (isEsim) => ({ isEsim }),
  usedAtLeast: (usedPercentAtLeast) => ({ usedPercentAtLeast }),
  usedBytesAtLeast: (usedBytesAtLeast) => ({ usedBytesAtLeast }),
  usedBytesAtMost: (usedBytesAtMost) => ({ usedBytesAtMost }),
  overLimit: (overDataLimit) => ({ overDataLimit }),
  costAtLeast: (costAtLeast) => ({ costAtLeast }),
  neverConnected: (neverConnected) => ({ neverConnected }),
  neverHadSession: (neverHadDataSession) => ({ neverHadDataSession }),
};

const dateOptions = Object.keys(dateFields) as DateOption[];

/** The filter of the options; null if there are none. */
export function filterOf(options: FilterOptions): SimFilter | null {
  const conditionOf = <K extends OtherOption>(name: K): SimFilter => {
    const value = options[name];
    return value === undefined ? {} : conditions[name](value as Typed[K]);
  };
  const given = (Object.keys(conditions) as OtherOption[]).map(conditionOf);
  const dates = dateOptions.map((name) => {
    const since = options[name];
    return since === undefined ? {} : { [dateFields[name]]: since.at };
  });
  const filter: SimFilter = Object.assign({}, ...given, ...dates);
  const { filter: more } = options;
  if (Object.keys(filter).length === 0) return more ?? null;
  // The JSON may have the same fields as the options, and both must hold.
  return more === undefined ? filter : { ...filter, or: [more] };
}

/** The flag of an option that was given as a time before now, for example --silent-since; undefined if there is none. */
export function relativeFlag(options: FilterOptions): string | undefined {
  const name = dateOptions.find((option) => options[option]?.isRelative);
  return name && flagOf(name);
}

/** The options that give the same dates as those that were given as a time before now. */
export function fixedDates(options: FilterOptions): string[] {
  return dateOptions.flatMap((name) => {
    const since = options[name];
    return since?.isRelative ? [`${flagOf(name)} ${since.at}`] : [];
  });
}

const flagOf = (name: DateOption) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
