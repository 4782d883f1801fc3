import { type FieldNode, type GraphQLResolveInfo, isObjectType, valueFromASTUntyped } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';

/** A field that is selected, its aliases and fragments resolved. */
export interface SelectedField {
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** The value of an argument as it was written or as its variable says; undefined where it is not given. */
  argument(name: string): unknown;
}

/** The fields that are selected of an object type below a field; below the one that is being resolved by default. */
export function selectedFields(
  { schema, fragments, variableValues, fieldNodes }: GraphQLResolveInfo,
  typeName: string,
  below: readonly FieldNode[] = fieldNodes,
): SelectedField[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  const fields = collectSubfields(schema, fragments, variableValues, type, [...below]);
  return [...fields.values()].flatMap((nodes) => {
    const [node] = nodes;
    if (node === undefined) return [];
    const argument = (name: string) => {
      const given = node.arguments?.find((candidate) => candidate.name.value === name);
      return given === undefined ? undefined : valueFromASTUntyped(given.value, variableValues);
    };
    return [{ name: node.name.value, nodes, argument }];
  });
}
