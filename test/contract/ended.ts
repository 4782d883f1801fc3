import type { Shown } from './shown.ts';

/** What became of a check. */
export const results = ['passed', 'failed', 'not applicable', 'not checked'] as const;
export type Result = (typeof results)[number];

/** Ends a check early. */
export class Ended extends Error {
  constructor(
    readonly result: Result,
    readonly remark: Shown,
  ) {
    super(remark);
  }
}

/** The SIM API answers otherwise. */
export function fail(remark: Shown): never {
  throw new Ended('failed', remark);
}

/** This account, or this SIM API, has nothing to check it on. */
export function notApplicable(remark: Shown): never {
  throw new Ended('not applicable', remark);
}

/** Nobody could find out. */
export function notChecked(remark: Shown): never {
  throw new Ended('not checked', remark);
}

/** Fails unless so. */
export function must(isSo: boolean, otherwise: Shown): asserts isSo {
  if (!isSo) fail(otherwise);
}
