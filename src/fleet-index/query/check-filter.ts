import { badUserInput } from '../../errors/index.ts';
import { forEachGiven } from './filter-fields.store.ts';
import type { SimFilter } from './sim-query.ts';

/** Maximum number of filters that a filter may be inside of. */
const maxDepth = 5;
/** Limits that hold for a filter together with all filters in it, so that statements stay small. */
const maxNested = 50;
const maxValues = 5000;
/** A short text is compared with each SIM. */
const maxSearches = 5;

/**
 * Checks the rules that the types do not express; `field` is the path of the filter. A filter that passes can be processed by recursion.
 * Errors: BAD_USER_INPUT, which names the path of the first fault.
 */
export function checkFilter(field: string, filter: SimFilter): void {
  let nested = 0;
  let values = 0;
  let searches = 0;

  function check(path: string, current: SimFilter, depth: number): void {
    if (depth > maxDepth) throw badUserInput(path, `must not be nested more than ${maxDepth} levels deep`);
    forEachGiven(current, ({ check: checkValue }, value, name) => {
      checkValue?.(`${path}.${name}`, value);
      if (Array.isArray(value)) values += value.length;
      if (name === 'search') searches++;
    });
    if (values > maxValues)
      throw badUserInput(field, `must hold at most ${maxValues} values in all lists of its filters`);
    if (searches > maxSearches)
      throw badUserInput(field, `must hold at most ${maxSearches} search texts in all its filters`);
    const { or, not } = current;
    for (const [index, each] of (or ?? []).entries()) checkNested(`${path}.or[${index}]`, each, depth);
    if (not != null) checkNested(`${path}.not`, not, depth);
  }

  function checkNested(path: string, current: SimFilter, depth: number): void {
    nested++;
    if (nested > maxNested) throw badUserInput(field, `must hold at most ${maxNested} filters in or and not`);
    check(path, current, depth + 1);
  }

  check(field, filter, 0);
}
