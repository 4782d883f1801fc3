import { badUserInput } from '../../errors/index.ts';

/** Relay arguments, not yet checked. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The requested page of a list: `count` items forward or backward from a cursor. */
export interface Window {
  readonly direction: 'forward' | 'backward';
  readonly count: number;
  /** Null: from the beginning of the list, or from its end when paging backward. */
  readonly cursor: string | null;
}

export const maxPageSize = 500;
export const defaultPageSize = 50;

/**
 * Checks Relay arguments: `first` goes with `after`, `last` with `before`. The page size is 50 if neither is given.
 * Errors: BAD_USER_INPUT.
 */
export function windowOf({ first, after, last, before }: PageArguments): Window {
  if (first != null && last != null) throw badUserInput('last', 'cannot be given together with first');
  const backward = last != null || (first == null && before != null);
  if (backward && after != null) throw badUserInput('after', 'goes with first, not with last or before');
  if (!backward && before != null) throw badUserInput('before', 'goes with last, not with first or after');
  const name = backward ? 'last' : 'first';
  const count = (backward ? last : first) ?? defaultPageSize;
  if (count < 1 || count > maxPageSize) throw badUserInput(name, `must be from 1 to ${maxPageSize}`);
  return { direction: backward ? 'backward' : 'forward', count, cursor: (backward ? before : after) ?? null };
}
