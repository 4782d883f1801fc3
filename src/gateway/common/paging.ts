import { badUserInput } from '../../errors/index.ts';

/** Relay arguments as they come. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which stretch of a list is asked for: so many items forward from a cursor, or backward. */
export interface Window {
  readonly direction: 'forward' | 'backward';
  readonly count: number;
  /** Null: from the very beginning, or the very end. */
  readonly cursor: string | null;
}

export const maxPageSize = 500;
export const defaultPageSize = 50;

/**
 * The stretch that Relay arguments ask for: `first` goes with `after`, `last` with `before`, 50 where neither is given.
 * Errors: BAD_USER_INPUT.
 */
export function windowOf({ first, after, last, before }: PageArguments): Window {
  if (first != null && last != null) throw badUserInput('first and last', 'cannot be given together');
  const backward = last != null || (first == null && before != null);
  if (backward && after != null) throw badUserInput('after', 'goes with first, not with last or before');
  if (!backward && before != null) throw badUserInput('before', 'goes with last, not with first or after');
  const name = backward ? 'last' : 'first';
  const count = (backward ? last : first) ?? defaultPageSize;
  if (count < 1 || count > maxPageSize) throw badUserInput(name, `must be from 1 to ${maxPageSize}`);
  return { direction: backward ? 'backward' : 'forward', count, cursor: (backward ? before : after) ?? null };
}
