import {
  type ApolloServerOptionsWithGateway,
  type BaseContext,
  type GraphQLRequestListener,
  HeaderMap,
} from '@apollo/server';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Executor } from '../execution/executor.ts';

/** The parts of Apollo Server through which it calls an executor. */
export interface Connected<TContext extends BaseContext> {
  readonly gateway: NonNullable<ApolloServerOptionsWithGateway<TContext>['gateway']>;
  readonly responseForOperation: NonNullable<GraphQLRequestListener<TContext>['responseForOperation']>;
}

/** Adds no status and no headers. */
const head = { headers: new HeaderMap() };

/**
 * Lets Apollo Server call an executor instead of graphql-js. A result without errors is the response at once, which skips content
 * negotiation for incremental delivery. Every other result takes Apollo Server's own way, as the result of a gateway: it formats errors,
 * calls `didEncounterErrors` and sets the status.
 */
export function connectExecutor<TContext extends BaseContext>(
  schema: GraphQLSchema,
  execute: Executor,
): Connected<TContext> {
  /** Executions that failed or have errors, by the context of their request. */
  const failed = new WeakMap<TContext, Promise<ExecutionResult>>();
  return {
    async responseForOperation({ document, request, contextValue }) {
      const execution = (async () =>
        execute({
          document,
          operationName: request.operationName,
          variableValues: request.variables,
          contextValue,
        }))();
      const result = await execution.catch(() => undefined);
      if (result !== undefined && result.errors === undefined)
        return {
          http: head,
          body: { kind: 'single', singleResult: result as { data: Record<string, unknown> } },
        };
      failed.set(contextValue, execution);
      return null;
    },
    gateway: {
      onSchemaLoadOrUpdate(onSchema) {
        onSchema({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      load: async () => ({
        async executor({ context }) {
          const execution = failed.get(context as TContext);
          if (execution === undefined) throw new Error('responseForOperation was not called');
          return (await execution) as Awaited<ReturnType<Executor>> & { errors: never };
        },
      }),
      stop: async () => undefined,
    },
  };
}
