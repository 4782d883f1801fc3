import type { ApolloServerPlugin } from '@apollo/server';
import {
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
  valueFromASTUntyped,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { GatewayError } from '../../errors/index.ts';
import { type AccountSize, assumedGroups, costFactsOf } from '../common/field-cost.ts';
import { defaultPageSize, maxPageSize } from '../common/paging.ts';
import type { Context } from '../context.ts';
import { refuseRequest } from './refuse-request.ts';

/** What one operation may cost. */
export interface CostLimits {
  /** Objects that an answer may hold; ten plain values count as one. */
  readonly maxNodes: number;
  /** Calls of the SIM API that reading it may take. */
  readonly maxUpstreamCalls: number;
}

/** What an operation may cost at most, by what it selects. */
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

/** Fields that an operation may have once its fragments are expanded. An operation as a person writes it has some hundred. */
const maxFields = 10_000;

/** So many plain values, such as texts and numbers, count as one object. */
const leavesPerNode = 10;

/** Refuses an operation that could cost more than the limits, before anything of it runs. */
export function createCostPlugin(limits: CostLimits): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (operation === undefined) return;
          const variables = request.variables ?? {};
          const refusalFor = (groups: number) =>
            refusalOf({ schema, document, operation, variables }, limits, { groups });
          const refusal = refusalFor(assumedGroups);
          if (refusal !== undefined) throw refuseRequest(refusal);
          contextValue.estimate.begin(refusalFor);
        },
      };
    },
  };
}

function refusalOf(
  operation: CostedOperation,
  limits: CostLimits,
  account: AccountSize,
): GatewayError | undefined {
  const refuse = (message: string) => new GatewayError('QUERY_TOO_COMPLEX', { message });
  const cost = costOf(operation, account);
  if (cost === undefined)
    return refuse(`The operation has more than ${maxFields} fields once its fragments are expanded`);
  const { nodes, upstreamCalls } = cost;
  if (nodes > limits.maxNodes)
    return refuse(
      `The operation could answer ${nodes} objects, and at most ${limits.maxNodes} are allowed (QUERY_MAX_NODES; ten plain values count as one object): ask for smaller pages, or for fewer lists inside lists`,
    );
  if (upstreamCalls > limits.maxUpstreamCalls)
    return refuse(
      `The operation could take ${upstreamCalls} calls of the SIM API, and at most ${limits.maxUpstreamCalls} are allowed (QUERY_MAX_UPSTREAM_CALLS): ask for smaller pages, or for fewer fields that take a call for each SIM`,
    );
  return undefined;
}

/**
 * The most that an operation can cost: page sizes are multiplied down the selection. Introspection costs nothing.
 * Undefined if it has too many fields to be estimated. Errors: none; what is wrong with an argument is reported by the execution.
 */
export function costOf(
  { schema, document, operation, variables: given }: CostedOperation,
  account: AccountSize = { groups: assumedGroups },
): OperationCost | undefined {
  const root = schema.getRootType(operation.operation);
  if (root == null) return { nodes: 0, upstreamCalls: 0 };
  const fragments = fragmentsOf(document);
  const variables = withDefaults(operation, given);
  let fields = 0;

  /** The cost of fields that `parents` objects of a type have; `listSize` is the length of their lists that have none of their own. */
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

  /** The cost of what is selected below objects: of the dearest type, if they can be of several. */
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
      const value = argument && valueFromASTUntyped(argument.value, variables);
      args[name] = value === undefined ? defaultValue : value;
    }
    return args;
  }

  try {
    const selected = unlessInvalid(() =>
      collectFields(schema, fragments, variables, root, operation.selectionSet),
    );
    return costOfFields(root, selected, 1, 1);
  } catch (error) {
    if (error instanceof TooManyFields) return undefined;
    throw error;
  }
}

class TooManyFields extends Error {}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

/** A size that no page can have is refused when the field is resolved, with a message that names the argument. */
function pageSizeOf(asked: unknown): number {
  return typeof asked === 'number' ? Math.min(Math.max(asked, 1), maxPageSize) : defaultPageSize;
}

/** Fields that are selected of an object: none if a directive cannot be evaluated, since the execution fails at that object too. */
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

/** The variables of an operation as the caller gave them, with the defaults of those that were not given. */
function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const variables: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue !== undefined && variables[variable.name.value] === undefined)
      variables[variable.name.value] = valueFromASTUntyped(defaultValue);
  return variables;
}
