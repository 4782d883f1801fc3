import type { Shown } from './shown.ts';

/** The results of a check. */
export const results = ['passed', 'failed', 'not applicable', 'not checked'] as const;
export type Result = (typeof results)[number];

/** Thrown to end a check with a result and a remark. */
export class Ended extends Error {
  constructor(
    readonly result: Result,
    readonly remark: Shown,
  ) {
    super(remark);
  }
}

/** Ends the check: the SIM API deviates from it. */
export function fail(remark: Shown): never {
  throw new Ended('failed', remark);
}

/** Ends the check: the account or the SIM API has no data for it. */
export function notApplicable(remark: Shown): never {
  throw new Ended('not applicable', remark);
}

/** Ends the check: it could not be made. */
export function notChecked(remark: Shown): never {
  throw new Ended('not checked', remark);
}

export function must(isSo: boolean, otherwise: Shown): asserts isSo {
  if (!isSo) fail(otherwise);
}
