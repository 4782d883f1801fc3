import { type FieldNode, type GraphQLResolveInfo, isObjectType, valueFromASTUntyped } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';

/** A selected field, with aliases and fragments resolved. */
export interface SelectedField {
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** The value of an argument, literal or from its variable; undefined if it is not given. */
  argument(name: string): unknown;
}

/** The selected fields of an object type below the field of `below`; default: the field that is being resolved. */
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
