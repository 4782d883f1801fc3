import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestListener } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, Kind } from 'graphql';
import type { Log } from '../../base/log.ts';
import { type ErrorCode, errorTable, isErrorCode } from '../../errors/index.ts';
import type { HiddenFields } from '../common/access.ts';
import type { Context } from '../context.ts';
import { addArgumentPaths } from '../errors/argument-path.ts';
import { isUnexpected, presentError } from '../errors/present.ts';
import { createExecutor } from '../execution/executor.ts';
import { checkAccess, hiddenError } from './authorization.ts';
import { type Connected, connectExecutor } from './connect-executor.ts';
import { checkIdempotencyKey } from './idempotency.ts';
import { checkVariableDepth } from './input-depth.ts';
import { limitRules, parseOptions } from './limits.ts';
import { type CostLimits, checkCost } from './query-cost.ts';
import { isResolved } from './resolved.ts';

/** What executes the operations. */
export type ExecutorName = 'planned' | 'graphql-js';

/** Creates the Apollo Server. Its plugins that wrap every field are disabled: they halve the throughput of long lists. */
export function createApollo(
  schema: GraphQLSchema,
  executor: ExecutorName,
  costLimits: CostLimits,
  log: Log,
): ApolloServer<Context> {
  const connected =
    executor === 'planned' ? connectExecutor<Context>(schema, createExecutor(schema)) : undefined;
  return new ApolloServer<Context>({
    ...(connected === undefined ? { schema } : { gateway: connected.gateway }),
    parseOptions,
    validationRules: limitRules,
    formatError: presentError,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    csrfPrevention: true,
    nodeEnv: 'production',
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: unknown) => log.warn({ detail: String(message) }, 'Apollo warning'),
      error: (message: unknown) => log.error({ detail: String(message) }, 'Apollo error'),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      createRequestPlugin(costLimits, connected, log),
    ],
  });
}

/** Logs the errors of a response: one line for each code, with its description from the error table. */
function logAnswered(log: Log, requestId: string, errors: readonly GraphQLFormattedError[]): void {
  const counts = new Map<ErrorCode, number>();
  for (const { extensions } of errors)
    if (isErrorCode(extensions?.code)) counts.set(extensions.code, (counts.get(extensions.code) ?? 0) + 1);
  for (const [code, count] of counts) log.info({ requestId, code, count }, errorTable[code].description);
}

/** Name of the field that failed, as the schema has it: the path of an error has the aliases of the caller, which may be personal data. */
function fieldOf({ nodes: [node] = [] }: GraphQLError): string | undefined {
  return node?.kind === Kind.FIELD ? node.name.value : undefined;
}

/** The one error of all fields that are null because the caller lacks PERSONAL, with the places where the document selects them. */
function presentHidden(hidden: HiddenFields): GraphQLFormattedError {
  const error = new GraphQLError('', { nodes: hidden.nodes, originalError: hiddenError(hidden) });
  return presentError(error.toJSON(), error);
}

/**
 * Checks each operation before it runs. Adds the request id to every error and the number of SIM API calls to the response, and logs the
 * errors. One plugin with one listener, without state, for all requests: Apollo Server awaits each hook of each plugin.
 */
function createRequestPlugin(
  costLimits: CostLimits,
  connected: Connected<Context> | undefined,
  log: Log,
): ApolloServerPlugin<Context> {
  const listener: GraphQLRequestListener<Context> = {
    async didResolveOperation(request) {
      if (!isResolved(request)) return;
      checkVariableDepth(request.request.variables ?? {});
      request.contextValue.hiddenFields = checkAccess(request);
      checkCost(costLimits, request);
      checkIdempotencyKey(request);
    },
    ...(connected !== undefined && { responseForOperation: connected.responseForOperation }),
    async didEncounterErrors({ errors, contextValue, operation, document }) {
      // The errors of variables have no path, and `formatError` does not have the document.
      addArgumentPaths(errors, operation, document);
      for (const error of errors.filter(isUnexpected)) {
        const cause = error.originalError ?? error;
        log.error(
          { requestId: contextValue.requestId, field: fieldOf(error), stack: cause.stack },
          'unexpected error',
        );
      }
    },
    async willSendResponse({ response, contextValue }) {
      if (response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      const { requestId, trace, hiddenFields } = contextValue;
      if (trace.unreadableItems > 0)
        log.warn({ requestId, items: trace.unreadableItems }, 'skipped unreadable items of the SIM API');
      singleResult.extensions = {
        ...singleResult.extensions,
        cost: { upstreamCalls: trace.upstreamCalls, sharedCalls: trace.sharedCalls },
      };
      if (hiddenFields !== null && singleResult.data != null)
        singleResult.errors = [...(singleResult.errors ?? []), presentHidden(hiddenFields)];
      if (singleResult.errors === undefined) return;
      logAnswered(log, requestId, singleResult.errors);
      singleResult.errors = singleResult.errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId },
      }));
    },
  };
  return { requestDidStart: async () => listener };
}
