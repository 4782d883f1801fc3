import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { SelectedField } from './request.ts';

/**
 * The object type that `resolveType` of an abstract type named for a value. Errors, with the messages of graphql-js: the name is not that
 * of a possible type.
 */
export function checkRuntimeType(
  schema: GraphQLSchema,
  abstractType: GraphQLAbstractType,
  { nodes, parentType, definition }: SelectedField,
  resolved: unknown,
  value: unknown,
): GraphQLObjectType {
  const { name } = abstractType;
  const mustResolve = `Abstract type "${name}" must resolve to an Object type at runtime for field "${parentType.name}.${definition.name}"`;
  if (resolved === null || resolved === undefined)
    throw new GraphQLError(
      `${mustResolve}. Either the "${name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  if (isObjectType(resolved))
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  if (typeof resolved !== 'string')
    throw new GraphQLError(`${mustResolve} with value ${inspect(value)}, received "${inspect(resolved)}".`);
  const type = schema.getType(resolved);
  if (type === undefined)
    throw new GraphQLError(
      `Abstract type "${name}" was resolved to a type "${resolved}" that does not exist inside the schema.`,
      { nodes },
    );
  if (!isObjectType(type))
    throw new GraphQLError(`Abstract type "${name}" was resolved to a non-object type "${resolved}".`, {
      nodes,
    });
  if (!schema.isSubType(abstractType, type))
    throw new GraphQLError(`Runtime Object type "${type.name}" is not a possible type for "${name}".`, {
      nodes,
    });
  return type;
}
