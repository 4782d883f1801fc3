/** Public interface of changes, shared by mutations and bulk operations: read SIMs, decide about them, change them, and find the effect of a change. */
export { type ChangeOptions, changeSims } from './change-run.ts';
export { checkChange } from './check-change.ts';
export { createFindEffect } from './find-effect.ts';
export { foundByAnyKey, readSims, type SimKey } from './read-sims.ts';
export { verdictOf } from './verdict.ts';
