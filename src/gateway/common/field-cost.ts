import type { GraphQLField } from 'graphql';
import { Extensions } from 'type-graphql';

/** What a field adds to the estimate that is made of an operation before it runs. */
interface FieldCostFacts {
  /** Calls of the SIM API for each object that has the field, 0 by default. Batched reads are few, whatever is selected, and count 0. */
  readonly calls?: number;
  /**
   * Items of the list: of the field itself, or of the lists of the object that it answers. For a field without `first` and `last`.
   * A function gets the arguments as the caller gave them, which may not be valid.
   */
  readonly listSize?: number | ((args: Readonly<Record<string, unknown>>, account: AccountSize) => number);
}

/** How large the account is taken to be. */
export interface AccountSize {
  readonly groups: number;
}

class FieldCost {
  constructor(readonly facts: FieldCostFacts) {}
}

/** Says what a field costs, if it calls the SIM API or answers a list. */
export const Cost = (facts: FieldCostFacts) => Extensions({ cost: new FieldCost(facts) });

/** What was said of a field with `Cost`. */
export function costFactsOf({ extensions }: GraphQLField<unknown, unknown>): FieldCostFacts {
  return extensions.cost instanceof FieldCost ? extensions.cost.facts : {};
}

/** Groups that an account is taken to have: how many there are is not known before they are read. */
export const assumedGroups = 100;

/** The length of a list that a caller gave; what is no list counts as one item, which it is coerced to. */
export function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : Number(list != null);
}

/** Items that a payload lists: one for each entry of `input.sims`. */
export function simsOfInput({ input }: Readonly<Record<string, unknown>>): number {
  return typeof input === 'object' && input !== null && 'sims' in input ? lengthOf(input.sims) : 0;
}
