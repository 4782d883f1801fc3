import { count, moment } from './words.ts';

/** Which SIMs are meant, as the gateway takes it: all conditions must hold, and there is at least one. */
export interface SimFilter {
  readonly states?: readonly string[];
  readonly isTransitioning?: true;
  readonly groups?: readonly string[];
  readonly inNoGroup?: true;
  readonly search?: string;
  readonly isEsim?: boolean;
  readonly usedPercentAtLeast?: number;
  /** RFC 3339. */
  readonly lastDataSessionBefore?: string;
}

/** The group of a filter that limits nothing else and names one group only. */
export function onlyGroup(filter: SimFilter | null): string | undefined {
  const [group, ...others] = filter?.groups ?? [];
  const isOnly = Object.keys(filter ?? {}).length === 1 && others.length === 0;
  return isOnly ? group : undefined;
}

type Given = { readonly [K in keyof SimFilter]-?: NonNullable<SimFilter[K]> };

/** What each condition means; a filter is told in this order. */
const words: { readonly [K in keyof Given]: (value: Given[K]) => string } = {
  states: (states) => states.join(' or '),
  isTransitioning: () => 'on the way to another state',
  groups: (groups) => `in the group ${groups.map((group) => JSON.stringify(group)).join(' or ')}`,
  inNoGroup: () => 'in no group',
  search: (text) => `${JSON.stringify(text)} in the name or a number`,
  isEsim: (is) => (is ? 'eSIM' : 'plain SIM'),
  usedPercentAtLeast: (percent) => `${count(percent)}% of the data limit used, or more`,
  lastDataSessionBefore: (before) => `last data session before ${moment(new Date(before))}`,
};

/** A filter in words, for a person who is to judge what it means. */
export function filterWords(filter: SimFilter): string {
  const partOf = <K extends keyof Given>(name: K): string[] => {
    const value = filter[name];
    return value === undefined ? [] : [words[name](value as Given[K])];
  };
  return (Object.keys(words) as (keyof Given)[]).flatMap(partOf).join(', ');
}
