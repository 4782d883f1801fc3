import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { type AccountSize, assumedGroups, costFactsOf } from '../common/field-cost.ts';
import { defaultPageSize, maxPageSize } from '../common/paging.ts';

/** Upper bound of the cost of an operation. */
export interface OperationCost {
  readonly nodes: number;
  readonly upstreamCalls: number;
}

/** An operation to be estimated. `variables` are as the caller gave them. */
export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Maximum number of fields of an operation after its fragments are expanded. A handwritten operation has some hundred. */
export const maxFields = 10_000;

/** Number of plain values, such as texts and numbers, that count as one object. */
const leavesPerNode = 10;

/**
 * Costs of operations that do not depend on their variables, for the assumed number of groups. Apollo Server keeps parsed documents, so that
 * the next request with the same text has the same operation object.
 */
const fixedCosts = new WeakMap<OperationDefinitionNode, OperationCost>();

/**
 * The upper bound of the cost of an operation: page sizes are multiplied down the selection. Introspection costs nothing.
 * Undefined if the operation has too many fields to be estimated. Invalid arguments are no error here: the execution reports them.
 */
export function costOf(
  { schema, document, operation, variables: given }: CostedOperation,
  account: AccountSize = { groups: assumedGroups },
): OperationCost | undefined {
  const known = account.groups === assumedGroups ? fixedCosts.get(operation) : undefined;
  if (known !== undefined) return known;
  const root = schema.getRootType(operation.operation);
  if (root == null) return { nodes: 0, upstreamCalls: 0 };
  let isFixed = !hasConditions(document);
  const fragments = fragmentsOf(document);
  const variables = withDefaults(operation, given);
  let fields = 0;

  /** The cost of the fields of `parents` objects of a type; `listSize` is the length of lists that declare no size themselves. */
  function costOfFields(
    type: GraphQLObjectType,
    selected: ReadonlyMap<string, readonly FieldNode[]>,
    parents: number,
    listSize: number,
  ): OperationCost {
    let nodes = 0;
    let leaves = 0;
    let upstreamCalls = 0;
    for (const fieldNodes of selected.values()) {
      fields += fieldNodes.length;
      if (fields > maxFields) throw new TooManyFields();
      const [node] = fieldNodes;
      const field = node && type.getFields()[node.name.value];
      if (node?.name.value === '__typename') leaves += parents;
      if (node === undefined || field === undefined) continue;
      const { calls, size } = factsOf(field, node);
      upstreamCalls += parents * calls;
      const items = parents * (isList(field.type) ? (size ?? listSize) : 1);
      const below = getNamedType(field.type);
      if (isLeafType(below)) {
        leaves += size === undefined ? parents : items;
        continue;
      }
      const inner = costBelow(below, fieldNodes, items, size ?? 1);
      nodes += items + inner.nodes;
      upstreamCalls += inner.upstreamCalls;
    }
    return { nodes: nodes + Math.floor(leaves / leavesPerNode), upstreamCalls };
  }

  /** The cost of the selection below objects; the maximum over their possible types. */
  function costBelow(
    type: GraphQLOutputType,
    fieldNodes: readonly FieldNode[],
    objects: number,
    listSize: number,
  ): OperationCost {
    const possible = isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    const costs = possible.map((objectType) => {
      const selected = unlessInvalid(() =>
        collectSubfields(schema, fragments, variables, objectType, [...fieldNodes]),
      );
      return costOfFields(objectType, selected, objects, listSize);
    });
    return {
      nodes: Math.max(0, ...costs.map(({ nodes }) => nodes)),
      upstreamCalls: Math.max(0, ...costs.map(({ upstreamCalls }) => upstreamCalls)),
    };
  }

  function factsOf(field: GraphQLField<unknown, unknown>, node: FieldNode) {
    const { calls = 0, listSize } = costFactsOf(field);
    const isPaged = field.args.some(({ name }) => name === 'first');
    if (!isPaged && typeof listSize !== 'function') return { calls, size: listSize };
    const args = argumentsOf(field, node);
    if (typeof listSize === 'function') return { calls, size: listSize(args, account) };
    return { calls, size: pageSizeOf(args.last ?? args.first) };
  }

  function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> {
    const args: Record<string, unknown> = {};
    for (const { name, defaultValue } of field.args) {
      const argument = node.arguments?.find((candidate) => candidate.name.value === name);
      isFixed &&= argument === undefined || !usesVariables(argument.value);
      const value = argument && valueFromASTUntyped(argument.value, variables);
      args[name] = value === undefined ? defaultValue : value;
    }
    return args;
  }

  try {
    const selected = unlessInvalid(() =>
      collectFields(schema, fragments, variables, root, operation.selectionSet),
    );
    const cost = costOfFields(root, selected, 1, 1);
    if (isFixed && account.groups === assumedGroups) fixedCosts.set(operation, cost);
    return cost;
  } catch (error) {
    if (error instanceof TooManyFields) return undefined;
    throw error;
  }
}

class TooManyFields extends Error {}

/** Whether a document has @skip or @include: its variables may then select other fields. */
function hasConditions(document: DocumentNode): boolean {
  return contains(document, Kind.DIRECTIVE);
}

function usesVariables(value: ValueNode): boolean {
  return contains(value, Kind.VARIABLE);
}

function contains(node: ASTNode, kind: Kind): boolean {
  let isFound = false;
  visit(node, {
    enter(inner) {
      if (inner.kind !== kind) return undefined;
      isFound = true;
      return BREAK;
    },
  });
  return isFound;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

/** Clamps an invalid page size: it is refused when the field is resolved, with a message that names the argument. */
function pageSizeOf(asked: unknown): number {
  return typeof asked === 'number' ? Math.min(Math.max(asked, 1), maxPageSize) : defaultPageSize;
}

/** The selected fields of an object: none if a directive cannot be evaluated, since the execution then fails at that object too. */
function unlessInvalid(collect: () => Map<string, readonly FieldNode[]>): Map<string, readonly FieldNode[]> {
  try {
    return collect();
  } catch (error) {
    if (error instanceof GraphQLError) return new Map();
    throw error;
  }
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}

/** The variables as the caller gave them, and the defaults of those that are not given. Without a prototype: a variable may be named `constructor`. */
function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const variables: Record<string, unknown> = Object.assign(Object.create(null), given);
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue !== undefined && variables[variable.name.value] === undefined)
      variables[variable.name.value] = valueFromASTUntyped(defaultValue);
  return variables;
}
