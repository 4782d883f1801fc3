import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  type ErrorCode,
  errorTable,
  type GatewayError,
  gatewayErrorOf,
  isErrorCode,
} from '../../errors/index.ts';

/** The gateway's own error behind what graphql-js wrapped around it, or undefined if it was not meant for clients. */
function meantForClients(error: unknown): GatewayError | undefined {
  if (error instanceof GraphQLError && error.originalError) return meantForClients(error.originalError);
  return gatewayErrorOf(error);
}

/**
 * An error as a client sees it: code, retryable and what the table says beside them. What nobody meant for clients is
 * masked: its text may hold anything.
 */
export function presentError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const known = meantForClients(error);
  if (known !== undefined) return { message: known.message, ...place, extensions: known.extensions };
  const code = codeOf(formatted, error);
  const hidesText = code === 'INTERNAL_SERVER_ERROR' || code === 'QUERY_TOO_COMPLEX';
  const message = hidesText ? errorTable[code].message : formatted.message;
  return { message, ...place, extensions: { code, retryable: errorTable[code].retryable } };
}

/** Whether an error is nobody's fault but the gateway's, so that its log must tell of it. */
export function isUnexpected(error: GraphQLError): boolean {
  return meantForClients(error) === undefined && codeOf(error, error) === 'INTERNAL_SERVER_ERROR';
}

/** Words in which the GraphQL layers say that a document is too much for them. */
const tooMuch =
  /Document contains more tha[nt] \d+ tokens|Maximum call stack size|Validation aborted|recursive selections/;

/** The code of an error of the GraphQL layers; only those that speak of the request itself keep their text. */
function codeOf(formatted: Pick<GraphQLFormattedError, 'message' | 'extensions'>, error: unknown): ErrorCode {
  const fromResolver = error instanceof GraphQLError && error.path !== undefined && error.originalError;
  if (fromResolver && !(fromResolver instanceof GraphQLError)) return 'INTERNAL_SERVER_ERROR';
  // What graphql-js throws by itself and points at with nodes is an argument whose variable does not fit.
  if (fromResolver && fromResolver.nodes !== undefined && fromResolver.extensions.code === undefined)
    return 'BAD_USER_INPUT';
  if (tooMuch.test(formatted.message)) return 'QUERY_TOO_COMPLEX';
  const code = formatted.extensions?.code;
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
