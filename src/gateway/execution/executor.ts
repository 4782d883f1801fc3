import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { assertValidExecutionArguments } from 'graphql/execution/execute.js';
import { Documents, type PlannedOperation } from './documents.ts';
import { executeFields, executeFieldsSerially } from './fields.ts';
import { isPromise } from './promise.ts';
import { Request } from './request.ts';

/** The arguments of graphql-js `execute` that an executor takes. */
export type ExecutorArgs = Pick<
  ExecutionArgs,
  'document' | 'operationName' | 'variableValues' | 'rootValue' | 'contextValue'
>;

/** Executes an operation of a valid document. Result and errors are those of graphql-js `execute`. */
export type Executor = (args: ExecutorArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Maximum number of fields and variables of all plans; one takes about 1 KB. */
const defaultMaxPlannedFields = 20_000;

/**
 * Creates an executor that plans each operation once: which fields each type of object has, how their values are completed, and the form
 * of the result. The schema must not change.
 *
 * graphql-js answers a request without an operation: the document has none of that name, or several and no name is given, or the schema
 * has no root type for one of them. It also makes the errors of refused variables.
 */
export function createExecutor(
  schema: GraphQLSchema,
  { maxPlannedFields = defaultMaxPlannedFields } = {},
): Executor {
  const documents = new Documents(schema, maxPlannedFields);
  return (args) => {
    assertValidExecutionArguments(schema, args.document, args.variableValues);
    const planned = documents.find(args.document, args.operationName);
    if (planned === undefined) return execute({ schema, ...args });
    const variables = planned.coerceVariables(args.variableValues ?? {});
    if (variables.errors !== undefined) return { errors: variables.errors };
    return executePlanned(planned, variables.coerced, args);
  };
}

function executePlanned(
  planned: PlannedOperation,
  variables: Record<string, unknown>,
  args: ExecutorArgs,
): ExecutionResult | Promise<ExecutionResult> {
  const request = new Request(planned, variables, args.rootValue, args.contextValue);
  const { errors } = request;
  const resultOf = (data: Record<string, unknown> | null): ExecutionResult =>
    errors.length === 0 ? { data } : { errors, data };
  const failed = (error: GraphQLError) => {
    request.record(error, undefined);
    return resultOf(null);
  };
  try {
    const plan = planned.planFor(variables);
    const data =
      planned.operation.operation === OperationTypeNode.MUTATION
        ? executeFieldsSerially(request, plan, args.rootValue)
        : executeFields(request, plan, args.rootValue, undefined);
    return isPromise(data) ? data.then(resultOf, failed) : resultOf(data);
  } catch (error) {
    return failed(error as GraphQLError);
  }
}
