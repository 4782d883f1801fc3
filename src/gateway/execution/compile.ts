import {
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';
import { completerOf } from './complete.ts';
import type { FieldPlan, ObjectPlan } from './plan.ts';
import type { OperationFacts, SelectedField } from './request.ts';

/** What the plan of an operation depends on. */
export interface PlanSource extends OperationFacts {
  /** The variables that its directives name. */
  readonly conditions: Record<string, unknown>;
  /** Is called with the number of fields of each part of the plan. */
  readonly onPlanned: (fields: number) => void;
}

/** Plans the fields of an operation. The selections below are planned when the first object of their type occurs. Errors: those of directives. */
export function compileOperation(source: PlanSource, rootType: GraphQLObjectType): ObjectPlan {
  const { schema, fragments, conditions, operation } = source;
  const selected = collectFields(schema, fragments, conditions, rootType, operation.selectionSet);
  return compileObject(source, rootType, selected);
}

function compileObject(
  source: PlanSource,
  type: GraphQLObjectType,
  selected: ReadonlyMap<string, readonly FieldNode[]>,
): ObjectPlan {
  const fields: FieldPlan[] = [];
  for (const [key, [first, ...others]] of selected) {
    if (first === undefined) continue;
    const definition = getFieldDef(source.schema, type, first);
    // graphql-js leaves out a field that the type does not have; validation refuses it.
    if (definition == null) continue;
    fields.push(compileField(source, { key, nodes: [first, ...others], definition, parentType: type }));
  }
  source.onPlanned(fields.length);
  return { type, fields, template: templateOf(fields) };
}

function compileField(source: PlanSource, field: SelectedField): FieldPlan {
  const { schema, fragments, conditions } = source;
  const { definition, nodes } = field;
  const type = getNamedType(definition.type);
  const resolve = definition.resolve ?? undefined;
  return {
    ...field,
    resolve,
    isPlain:
      resolve === undefined && definition.args.length === 0 && isLeafType(getNullableType(definition.type)),
    needsInfo: resolve !== undefined || isAbstractType(type) || (isObjectType(type) && type.isTypeOf != null),
    complete: completerOf(definition.type, field, (objectType) =>
      compileObject(
        source,
        objectType,
        collectSubfields(schema, fragments, conditions, objectType, [...nodes]),
      ),
    ),
  };
}

/** JSON.parse creates an object with a fast hidden class for any number of keys, and an own property `__proto__`. */
function templateOf(fields: readonly FieldPlan[]): Record<string, unknown> {
  return JSON.parse(`{${fields.map(({ key }) => `${JSON.stringify(key)}:null`).join(',')}}`);
}
