import { forEachGiven } from './filter-fields.store.ts';
import type { SimFilter } from './sim-query.ts';

/** A value of a filter's field. */
type Condition = SimFilter[keyof SimFilter];

/** Whether a filter can exclude a SIM. `{}`, `{ search: '' }`, `{ or: [{}] }` and `{ not: { states: [] } }` cannot. */
export function hasConditions(filter: SimFilter | null | undefined): filter is SimFilter {
  return filter != null && !matchesAll(filter);
}

/** Whether a filter has a condition on the usage or cost of this month. */
export function dependsOnMonth(filter: SimFilter): boolean {
  const { or, not } = filter;
  return (
    forEachGiven(filter, ({ isMonthly }) => isMonthly === true).includes(true) ||
    (or?.some(dependsOnMonth) ?? false) ||
    (not != null && dependsOnMonth(not))
  );
}

/** Whether a filter matches every SIM, with any values. */
function matchesAll({ or, not, ...conditions }: SimFilter): boolean {
  return (
    Object.values(conditions).every(isNone) &&
    (or?.some(matchesAll) ?? true) &&
    (not == null || matchesNone(not))
  );
}

/** Whether a filter matches no SIM, with any values. */
function matchesNone({ or, not, ...conditions }: SimFilter): boolean {
  return (
    Object.values(conditions).some(isEmptyList) ||
    (or?.every(matchesNone) ?? false) ||
    (not != null && matchesAll(not))
  );
}

/** Every text contains the empty text. */
function isNone(condition: Condition): boolean {
  return condition == null || condition === '';
}

function isEmptyList(condition: Condition): boolean {
  return Array.isArray(condition) && condition.length === 0;
}
