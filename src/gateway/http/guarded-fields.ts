import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { type AccessRule, accessRuleOf } from '../common/access.ts';
import type { Resolved } from './resolved.ts';

/** A selected field with an access rule. */
export interface GuardedField {
  /** For example `Sim.cost`. */
  readonly name: string;
  readonly node: FieldNode;
  readonly definition: NonNullable<ReturnType<typeof fieldOf>>;
  readonly rule: AccessRule;
}

/** Coerced values of the variables of an operation. */
export type Variables = Readonly<Record<string, unknown>>;

/** The guarded fields of operations without directives: they do not depend on the variables. */
const fixedFields = new WeakMap<SelectionSetNode, readonly GuardedField[]>();

/** The guarded fields that an operation selects. Each fragment is visited once, however often it is spread. */
export function guardedFieldsOf(
  { schema, document, operation }: Resolved,
  variables: () => Variables,
): readonly GuardedField[] {
  const known = fixedFields.get(operation.selectionSet);
  if (known !== undefined) return known;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const found: GuardedField[] = [];
  const spread = new Set<string>();
  let isFixed = true;
  const waiting: [SelectionSetNode, GraphQLCompositeType][] = [];
  const visitBelow = (selections: SelectionSetNode | undefined, type: unknown) => {
    if (selections !== undefined && isComposite(type)) waiting.push([selections, type]);
  };
  const visitSelection = (selection: SelectionNode, parent: GraphQLCompositeType) => {
    if ((selection.directives?.length ?? 0) > 0) {
      isFixed = false;
      if (!isIncluded(selection, variables())) return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT)
      visitBelow(selection.selectionSet, typeNamed(schema, selection.typeCondition?.name.value) ?? parent);
    else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined || spread.has(selection.name.value)) return;
      spread.add(selection.name.value);
      visitBelow(fragment.selectionSet, typeNamed(schema, fragment.typeCondition.name.value));
    } else {
      const definition = fieldOf(parent, selection);
      if (definition === undefined) return;
      const rule = accessRuleOf(definition);
      const name = `${parent.name}.${definition.name}`;
      if (rule !== undefined) found.push({ name, node: selection, definition, rule });
      visitBelow(selection.selectionSet, getNamedType(definition.type));
    }
  };
  visitBelow(operation.selectionSet, schema.getRootType(operation.operation));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const selection of next[0].selections) visitSelection(selection, next[1]);
  if (isFixed) fixedFields.set(operation.selectionSet, found);
  return found;
}

function isComposite(type: unknown): type is GraphQLCompositeType {
  return isCompositeType(type as never);
}

function typeNamed(schema: GraphQLSchema, name: string | undefined) {
  return name === undefined ? undefined : schema.getType(name);
}

function fieldOf(type: GraphQLCompositeType, { name }: FieldNode) {
  return isUnionType(type) ? undefined : type.getFields()[name.value];
}

/** Whether @skip and @include select a node. */
function isIncluded({ directives = [] }: SelectionNode, variables: Variables): boolean {
  return !directives.some(({ name, arguments: args = [] }) => {
    const condition = args.find((argument) => argument.name.value === 'if')?.value;
    const value =
      condition?.kind === Kind.VARIABLE
        ? Object.hasOwn(variables, condition.name.value) && variables[condition.name.value]
        : condition && valueFromASTUntyped(condition);
    return (name.value === 'skip' && value === true) || (name.value === 'include' && value === false);
  });
}
