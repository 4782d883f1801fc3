/** What a mutation and a chunk of a bulk operation share: reading SIMs, changing them, what an unanswered call did. What other modules may import. */
export { type ChangeOptions, changeSims } from './change-run.ts';
export { checkChange } from './check-change.ts';
export { createFindEffect } from './find-effect.ts';
export { foundByAnyKey, readSims, type SimKey } from './read-sims.ts';
