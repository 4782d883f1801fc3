import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** Whether the serialisation of a standard scalar returns the value unchanged. */
const unchanged = new Map<GraphQLLeafType, (value: unknown) => boolean>([
  [GraphQLString, (value) => typeof value === 'string'],
  [GraphQLID, (value) => typeof value === 'string'],
  [GraphQLBoolean, (value) => typeof value === 'boolean'],
  [GraphQLFloat, Number.isFinite],
  [GraphQLInt, (value) => typeof value === 'number' && (value | 0) === value],
]);

/** Creates the serialisation of the values of a scalar or enum. */
export function completeLeaf(type: GraphQLLeafType): (value: unknown) => unknown {
  const isUnchanged = unchanged.get(type);
  return (value) => {
    if (value === null || value === undefined) return null;
    if (isUnchanged?.(value) === true) return value;
    if (value instanceof Error) throw value;
    const serialised: unknown = type.serialize(value);
    if (serialised === null || serialised === undefined)
      throw new Error(
        `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialised)}`,
      );
    return serialised;
  };
}
