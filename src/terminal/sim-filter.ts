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

/** A filter in words, for a person who is to judge what it means. */
export function filterWords(filter: SimFilter): string {
  const { states, isTransitioning, groups, inNoGroup, search, isEsim } = filter;
  const { usedPercentAtLeast: percent, lastDataSessionBefore: before } = filter;
  const parts = [
    states?.join(' or '),
    isTransitioning && 'on the way to another state',
    groups && `in the group ${groups.map((group) => JSON.stringify(group)).join(' or ')}`,
    inNoGroup && 'in no group',
    search !== undefined && `${JSON.stringify(search)} in the name or a number`,
    isEsim !== undefined && (isEsim ? 'eSIM' : 'plain SIM'),
    percent !== undefined && `${count(percent)}% of the data limit used, or more`,
    before !== undefined && `last data session before ${moment(new Date(before))}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}
