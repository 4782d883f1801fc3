import type { GraphQLFieldResolver, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Path, Request, SelectedField } from './request.ts';

/**
 * Turns what a resolver returned into a part of the response, or a promise of it. `path` is the position of the value; `info` is given if
 * `needsInfo` of the field is set. Errors: what the value causes; the caller locates them.
 */
export type Complete = (
  request: Request,
  info: GraphQLResolveInfo | undefined,
  path: Path,
  value: unknown,
) => unknown;

/** How a selected field is executed. */
export interface FieldPlan extends SelectedField {
  /** Undefined if the field is a property of its object. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** The field has no resolver, no arguments and a leaf type: neither arguments, `info` nor a path are created for it. */
  readonly isPlain: boolean;
  /** A resolver, `isTypeOf` or `resolveType` of the field takes `info`. */
  readonly needsInfo: boolean;
  readonly complete: Complete;
}

/** The selected fields of one object type. */
export interface ObjectPlan {
  readonly type: GraphQLObjectType;
  /** In the order of the response. */
  readonly fields: readonly FieldPlan[];
  /** An object with the key of each field in order. Its copies share one hidden class. */
  readonly template: Readonly<Record<string, unknown>>;
}
