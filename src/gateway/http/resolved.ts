import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import type { OperationDefinitionNode } from 'graphql';
import type { Context } from '../context.ts';

type Request = GraphQLRequestContextDidResolveOperation<Context>;

/** A request whose operation is parsed, valid and known, but does not run yet. */
export type Resolved = Request & { readonly operation: OperationDefinitionNode };

/** False if the name of the operation is wrong, which Apollo Server reports. */
export function isResolved(request: Request): request is Resolved {
  return request.operation !== undefined;
}
