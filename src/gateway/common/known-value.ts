import { type GraphQLSchema, isObjectType } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Context } from '../context.ts';

/** The value of a field if it is in memory, or the Error that stands for it; undefined if its resolver must read it. */
type ReadKnown<Parent, Args> = (parent: Parent, args: Args, context: Context) => unknown;

class KnownValue {
  constructor(readonly read: ReadKnown<unknown, unknown>) {}
}

/**
 * Declares how a field of long lists answers from memory. Type-GraphQL awaits the arguments of each call of a resolver: for 1000 SIMs that
 * takes longer than the read itself. The arguments are as GraphQL coerced them.
 */
export const Known = <Parent, Args>(read: ReadKnown<Parent, Args>) =>
  Extensions({ known: new KnownValue(read as ReadKnown<unknown, unknown>) });

/** Puts the values that `Known` declares before the resolvers of their fields. */
export function answerFromMemory(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { known } = field.extensions;
      const { resolve } = field;
      if (!(known instanceof KnownValue) || resolve === undefined) continue;
      field.resolve = (parent, args, context: Context, info) => {
        const value = known.read(parent, args, context);
        return value === undefined ? resolve(parent, args, context, info) : value;
      };
    }
  }
}
