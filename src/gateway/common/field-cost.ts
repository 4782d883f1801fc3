import type { GraphQLField } from 'graphql';
import { Extensions } from 'type-graphql';

/** What a field adds to the cost estimate of an operation, which is made before the operation runs. */
interface FieldCostFacts {
  /** Calls of the SIM API for each object that has the field; default 0. Batched reads count 0: they take few calls for any selection. */
  readonly calls?: number;
  /**
   * Number of items of the field's list, or of the lists in the object that the field returns. For a field without `first` and `last`.
   * A function receives the arguments as the caller gave them; they may be invalid.
   */
  readonly listSize?: number | ((args: Readonly<Record<string, unknown>>, account: AccountSize) => number);
}

/** The assumed size of the account. */
export interface AccountSize {
  readonly groups: number;
}

class FieldCost {
  constructor(readonly facts: FieldCostFacts) {}
}

/** Declares the cost of a field that calls the SIM API or returns a list. */
export const Cost = (facts: FieldCostFacts) => Extensions({ cost: new FieldCost(facts) });

/** The cost that `Cost` declared for a field. */
export function costFactsOf({ extensions }: GraphQLField<unknown, unknown>): FieldCostFacts {
  return extensions.cost instanceof FieldCost ? extensions.cost.facts : {};
}

/** Assumed number of groups of an account: the number is not known until they are read. */
export const assumedGroups = 100;

/** The length of a list that a caller gave. A single value counts as one item, as GraphQL coerces it; null counts as none. */
export function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : Number(list != null);
}

/** Number of items that a payload lists: one for each entry of `input.sims`. */
export function simsOfInput({ input }: Readonly<Record<string, unknown>>): number {
  return typeof input === 'object' && input !== null && 'sims' in input ? lengthOf(input.sims) : 0;
}
