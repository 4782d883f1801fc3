import {
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isNonNullType,
  locatedError,
  type OperationDefinitionNode,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';

export type Path = ResponsePath | undefined;

/** A field of the response: all nodes of one response key below one object type. */
export interface SelectedField {
  readonly key: string;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
}

/** What the executions of one operation have in common: the properties that graphql-js copies to each `info`. */
export interface OperationFacts {
  readonly schema: GraphQLSchema;
  readonly fragments: GraphQLResolveInfo['fragments'];
  readonly operation: OperationDefinitionNode;
}

/** The state of one execution. */
export class Request {
  readonly errors: GraphQLError[] = [];
  /** The positions whose errors are in `errors`; undefined is the root. A position is compared by identity. */
  private nulled: Set<Path> | undefined;
  private readonly args = new Map<SelectedField, Record<string, unknown>>();

  constructor(
    private readonly facts: OperationFacts,
    readonly variableValues: Record<string, unknown>,
    readonly rootValue: unknown,
    readonly contextValue: unknown,
  ) {}

  /**
   * The coerced arguments of a field. They depend on its first node and the variables only, so they are coerced once; each call returns
   * a copy, because a resolver may change its arguments. Errors: those of `getArgumentValues`, at each call.
   */
  argsOf(field: SelectedField): Record<string, unknown> {
    const { definition, nodes } = field;
    if (definition.args.length === 0) return {};
    const known = this.args.get(field);
    if (known !== undefined) return { ...known };
    const args = getArgumentValues(definition, nodes[0], this.variableValues);
    this.args.set(field, args);
    return { ...args };
  }

  infoOf({ definition, nodes, parentType }: SelectedField, path: ResponsePath): GraphQLResolveInfo {
    return {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path,
      schema: this.facts.schema,
      fragments: this.facts.fragments,
      rootValue: this.rootValue,
      operation: this.facts.operation,
      variableValues: this.variableValues,
    };
  }

  /**
   * Records the failure of a field or of an item of a list, and returns the null that replaces it. Errors: the located error if `type` is
   * non-null, for the position above.
   */
  fail(thrown: unknown, nodes: readonly FieldNode[], type: GraphQLOutputType, path: ResponsePath): null {
    const error = locatedError(thrown, nodes, responsePathAsArray(path));
    if (isNonNullType(type)) throw error;
    this.record(error, path);
    return null;
  }

  /** Adds an error to the response, unless a position above it, or the position itself, is already null because of another error. */
  record(error: GraphQLError, position: Path): void {
    this.nulled ??= new Set();
    if (this.nulled.has(undefined)) return;
    for (let path = position; path !== undefined; path = path.prev) if (this.nulled.has(path)) return;
    this.nulled.add(position);
    this.errors.push(error);
  }
}
