import { GraphQLError } from 'graphql';
import type { GatewayError } from '../../errors/index.ts';

/** Wraps an error that refuses a request as a whole, before the operation runs. */
export function refuseRequest(error: GatewayError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: { status: error.status } },
  });
}
