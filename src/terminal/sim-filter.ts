import { count, dataSize, moment } from './words.ts';

/** The input type SimFilter of the gateway, with at least one condition. All conditions must hold. Dates are RFC 3339. */
export interface SimFilter {
  readonly iccids?: readonly string[];
  readonly states?: readonly string[];
  readonly offlineReasons?: readonly string[];
  readonly isTransitioning?: boolean;
  readonly groups?: readonly string[];
  readonly inNoGroup?: boolean;
  readonly search?: string;
  readonly types?: readonly string[];
  readonly isEsim?: boolean;
  readonly usedBytesAtLeast?: number;
  readonly usedBytesAtMost?: number;
  readonly usedPercentAtLeast?: number;
  readonly overDataLimit?: boolean;
  readonly costAtLeast?: number;
  readonly neverConnected?: boolean;
  readonly lastNetworkActivityBefore?: string;
  readonly lastNetworkActivityAfter?: string;
  readonly neverHadDataSession?: boolean;
  readonly lastDataSessionBefore?: string;
  readonly lastDataSessionAfter?: string;
  readonly lastModifiedBefore?: string;
  readonly lastModifiedAfter?: string;
  readonly or?: readonly SimFilter[];
  readonly not?: SimFilter;
}

/** The group of a filter whose only condition is one group; otherwise undefined. */
export function onlyGroup(filter: SimFilter | null): string | undefined {
  const groups: unknown = filter?.groups;
  // --filter may have any JSON; the gateway refuses what is no list of names.
  if (!Array.isArray(groups) || groups.length !== 1 || Object.keys(filter ?? {}).length !== 1)
    return undefined;
  return typeof groups[0] === 'string' ? groups[0] : undefined;
}

type Given = { readonly [K in keyof SimFilter]-?: NonNullable<SimFilter[K]> };

const at = (date: string) => moment(new Date(date));
/** GraphQL takes a single value for a list of one, and --filter may have one. */
const anyOf = <T>(values: T | readonly T[], words: (value: T) => string) =>
  [values]
    .flat()
    .map((value) => words(value as T))
    .join(' or ');
const anyText = (values: readonly string[]) => anyOf(values, (value) => JSON.stringify(value));
const itself = (value: string) => value;

/** Describes each condition, in the order of the text. */
const words: { readonly [K in keyof Given]: (value: Given[K]) => string } = {
  states: (states) => anyOf(states, itself),
  offlineReasons: (reasons) => `OFFLINE because ${anyOf(reasons, itself)}`,
  isTransitioning: (is) => (is ? 'in transition to another state' : 'not in transition'),
  groups: (groups) => `in the group ${anyText(groups)}`,
  inNoGroup: (is) => (is ? 'in no group' : 'in a group'),
  search: (text) => `${JSON.stringify(text)} in the name or a number`,
  types: (types) => `of the type ${anyText(types)}`,
  isEsim: (is) => (is ? 'eSIM' : 'plain SIM'),
  usedBytesAtLeast: (bytes) => `${dataSize(bytes)} used, or more`,
  usedBytesAtMost: (bytes) => `${dataSize(bytes)} used, or less`,
  usedPercentAtLeast: (percent) => `${count(percent)}% of the data limit used, or more`,
  overDataLimit: (is) => (is ? 'over the data limit' : 'not over the data limit'),
  costAtLeast: (amount) => `cost of ${amount} or more`,
  neverConnected: (is) => (is ? 'never on a network' : 'on a network at least once'),
  lastNetworkActivityBefore: (date) => `last on a network before ${at(date)}`,
  lastNetworkActivityAfter: (date) => `last on a network after ${at(date)}`,
  neverHadDataSession: (is) => (is ? 'never a data session' : 'a data session at least once'),
  lastDataSessionBefore: (date) => `last data session before ${at(date)}`,
  lastDataSessionAfter: (date) => `last data session after ${at(date)}`,
  lastModifiedBefore: (date) => `last modified before ${at(date)}`,
  lastModifiedAfter: (date) => `last modified after ${at(date)}`,
  iccids: (iccids) => (iccids.length > 3 ? `one of ${count(iccids.length)} ICCIDs` : anyOf(iccids, itself)),
  or: (filters) => anyOf(filters, (filter) => `(${filterWords(filter)})`),
  not: (filter) => `not (${filterWords(filter)})`,
};

/** Describes a filter in words. */
export function filterWords(filter: SimFilter): string {
  const partOf = <K extends keyof Given>(name: K): string[] => {
    const value: SimFilter[K] | null = filter[name] ?? null;
    return value === null ? [] : [words[name](value as Given[K])];
  };
  return (Object.keys(words) as (keyof Given)[]).flatMap(partOf).join(', ') || 'any SIM';
}
