import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { compileOperation } from './compile.ts';
import type { ObjectPlan } from './plan.ts';
import type { OperationFacts } from './request.ts';
import { type CoerceVariables, variablesOf } from './variables.ts';

/** Maximum number of plans of one operation, for different values of the variables of its directives. */
const maxPlans = 16;

/** An operation of a document, and its plans. */
export class PlannedOperation implements OperationFacts {
  private readonly plans = new Map<string, ObjectPlan>();
  private conditionNames: readonly string[] | undefined;
  private coercion: CoerceVariables | undefined;

  constructor(
    readonly schema: GraphQLSchema,
    readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    readonly operation: OperationDefinitionNode,
    private readonly rootType: GraphQLObjectType,
    /** Is called with the number of fields or variables that have been planned. */
    private readonly onPlanned: (fields: number) => void,
  ) {}

  /** Coerces the values of its variables. */
  get coerceVariables(): CoerceVariables {
    if (this.coercion === undefined) {
      this.coercion = variablesOf(this.schema, this.operation);
      this.onPlanned(this.operation.variableDefinitions?.length ?? 0);
    }
    return this.coercion;
  }

  /**
   * The plan for the values of the variables in `@skip` and `@include`. It is of this request only if one of them is no boolean, or if the
   * operation has `maxPlans` plans for other values. Errors: those of graphql-js when it collects the fields.
   */
  planFor(variables: Record<string, unknown>): ObjectPlan {
    this.conditionNames ??= conditionNamesOf(this.operation, this.fragments);
    const conditions: Record<string, unknown> = Object.create(null);
    let key = '';
    // False for the value of an invalid document.
    let isBoolean = true;
    for (const name of this.conditionNames) {
      if (Object.hasOwn(variables, name)) {
        const value = variables[name];
        conditions[name] = value;
        isBoolean &&= value === null || value === undefined || typeof value === 'boolean';
        key += value;
      }
      key += ' ';
    }
    const known = isBoolean ? this.plans.get(key) : undefined;
    if (known !== undefined) return known;
    const isStored = isBoolean && this.plans.size < maxPlans;
    const { schema, fragments, operation, rootType } = this;
    // A plan of one request is not counted. graphql-js would need no plan, but may leave an unhandled rejection, which ends the process.
    const onPlanned = isStored ? this.onPlanned : () => undefined;
    const plan = compileOperation({ schema, fragments, operation, conditions, onPlanned }, rootType);
    if (isStored) this.plans.set(key, plan);
    return plan;
  }
}

/** The names of the variables in the directives of an operation and of all fragments. */
function conditionNamesOf(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): string[] {
  const names = new Set<string>();
  const addVariables = (node: ASTNode) => {
    if (node.kind === Kind.VARIABLE) names.add(node.name.value);
  };
  const enter = (node: ASTNode) => {
    if (node.kind === Kind.DIRECTIVE) visit(node, { enter: addVariables });
    // Nothing else below these has a directive that matters.
    return node.kind === Kind.DIRECTIVE || node.kind === Kind.ARGUMENT ? false : undefined;
  };
  for (const { selectionSet } of [operation, ...Object.values(fragments)]) visit(selectionSet, { enter });
  return [...names];
}

/** The operations of documents. They live as long as the document, or until more than `maxFields` fields and variables have been planned. */
export class Documents {
  private operations = new WeakMap<DocumentNode, PlannedOperation[]>();
  private fields = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly maxFields: number,
  ) {}

  /** Undefined if the document has no such operation, more than one and no name is given, or one that the schema does not support. */
  find(document: DocumentNode, name: string | null | undefined): PlannedOperation | undefined {
    let operations = this.operations.get(document);
    if (operations === undefined) {
      operations = this.read(document);
      this.operations.set(document, operations);
    }
    if (name === null || name === undefined) return operations.length === 1 ? operations[0] : undefined;
    return operations.findLast(({ operation }) => operation.name?.value === name);
  }

  private read({ definitions }: DocumentNode): PlannedOperation[] {
    const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
    for (const definition of definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    const operations: PlannedOperation[] = [];
    for (const definition of definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const rootType = this.schema.getRootType(definition.operation);
      if (rootType == null) return [];
      operations.push(
        new PlannedOperation(this.schema, fragments, definition, rootType, (fields) => this.count(fields)),
      );
    }
    return operations;
  }

  /** Forgets all operations when too many fields and variables have been planned since it last did so. */
  private count(fields: number): void {
    this.fields += fields;
    if (this.fields <= this.maxFields) return;
    this.operations = new WeakMap();
    this.fields = 0;
  }
}
