import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  type ErrorCode,
  errorTable,
  type GatewayError,
  gatewayErrorOf,
  isErrorCode,
} from '../../errors/index.ts';
import { pathInField } from './argument-path.ts';
import { withoutValues } from './without-values.ts';

/** The gateway error that graphql-js wrapped; undefined if the error is not meant for clients. */
function meantForClients(error: unknown): GatewayError | undefined {
  if (error instanceof GraphQLError && error.originalError) return meantForClients(error.originalError);
  return gatewayErrorOf(error);
}

/** A field may be in a document hundreds of times, and a thousand errors would each list all its places. */
const maxLocations = 10;

/**
 * Formats an error for a client: code, retryable and the message. The text of an error that is not meant for clients is masked, since
 * it may contain internal data.
 */
export function presentError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = {
    ...(locations && { locations: locations.slice(0, maxLocations) }),
    ...(path && { path }),
  };
  const known = meantForClients(error);
  if (known !== undefined)
    return {
      message: known.message,
      ...place,
      extensions: { ...known.extensions, ...argumentOf(known, error) },
    };
  const code = codeOf(formatted, error);
  const hidesText = code === 'INTERNAL_SERVER_ERROR' || code === 'QUERY_TOO_COMPLEX';
  const message = hidesText ? errorTable[code].message : withoutValues(formatted.message, error);
  const argumentPath = code === 'BAD_USER_INPUT' ? formatted.extensions?.argumentPath : undefined;
  const { retryable } = errorTable[code];
  return {
    message,
    ...place,
    extensions: { code, retryable, ...(argumentPath !== undefined && { argumentPath }) },
  };
}

/** The argument path of an error with the steps from the arguments of its field on. */
function argumentOf({ details: { argumentPath } }: GatewayError, error: unknown) {
  if (argumentPath === undefined || !(error instanceof GraphQLError)) return {};
  return { argumentPath: pathInField(argumentPath, error) };
}

/** Whether an error is a fault of the gateway, which must be logged. */
export function isUnexpected(error: GraphQLError): boolean {
  return meantForClients(error) === undefined && codeOf(error, error) === 'INTERNAL_SERVER_ERROR';
}

/** Messages of the GraphQL layers about a document that exceeds their limits. */
const tooMuch =
  /Document contains more tha[nt] \d+ tokens|Maximum call stack size|Validation aborted|recursive selections/;

/** The code of an error of the GraphQL layers. */
function codeOf(formatted: Pick<GraphQLFormattedError, 'message' | 'extensions'>, error: unknown): ErrorCode {
  const fromResolver = error instanceof GraphQLError && error.path !== undefined && error.originalError;
  if (fromResolver && !(fromResolver instanceof GraphQLError)) return 'INTERNAL_SERVER_ERROR';
  // An error that graphql-js throws itself, with nodes, is an argument whose variable has an invalid value.
  if (fromResolver && fromResolver.nodes !== undefined && fromResolver.extensions.code === undefined)
    return 'BAD_USER_INPUT';
  if (tooMuch.test(formatted.message)) return 'QUERY_TOO_COMPLEX';
  const code = formatted.extensions?.code;
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
