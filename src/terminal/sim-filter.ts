import { count, moment } from './words.ts';

/** The input type SimFilter of the gateway, with at least one condition. All conditions must hold. */
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

/** The group of a filter whose only condition is one group; otherwise undefined. */
export function onlyGroup(filter: SimFilter | null): string | undefined {
  const [group, ...others] = filter?.groups ?? [];
  const isOnly = Object.keys(filter ?? {}).length === 1 && others.length === 0;
  return isOnly ? group : undefined;
}

type Given = { readonly [K in keyof SimFilter]-?: NonNullable<SimFilter[K]> };

/** Describes each condition, in the order of the text. */
const words: { readonly [K in keyof Given]: (value: Given[K]) => string } = {
  states: (states) => states.join(' or '),
  isTransitioning: () => 'in transition to another state',
  groups: (groups) => `in the group ${groups.map((group) => JSON.stringify(group)).join(' or ')}`,
  inNoGroup: () => 'in no group',
  search: (text) => `${JSON.stringify(text)} in the name or a number`,
  isEsim: (is) => (is ? 'eSIM' : 'plain SIM'),
  usedPercentAtLeast: (percent) => `${count(percent)}% of the data limit used, or more`,
  lastDataSessionBefore: (before) => `last data session before ${moment(new Date(before))}`,
};

/** Describes a filter in words. */
export function filterWords(filter: SimFilter): string {
  const partOf = <K extends keyof Given>(name: K): string[] => {
    const value = filter[name];
    return value === undefined ? [] : [words[name](value as Given[K])];
  };
  return (Object.keys(words) as (keyof Given)[]).flatMap(partOf).join(', ');
}
