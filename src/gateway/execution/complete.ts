import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { checkRuntimeType } from './abstract.ts';
import { executeFields } from './fields.ts';
import { completeLeaf } from './leaf.ts';
import type { Complete, ObjectPlan } from './plan.ts';
import { isPromise } from './promise.ts';
import type { SelectedField } from './request.ts';

/** The fields that a field selects of an object type. Errors: those of directives. */
type Select = (type: GraphQLObjectType) => ObjectPlan;

/** Creates the completion of the values of a type, which is the type of `field` or a part of it. */
export function completerOf(type: GraphQLOutputType, field: SelectedField, select: Select): Complete {
  if (isNonNullType(type)) return completeNonNull(completerOf(type.ofType, field, select), field);
  if (isLeafType(type)) {
    const complete = completeLeaf(type);
    return (_request, _info, _path, value) => complete(value);
  }
  const complete = isListType(type)
    ? completeList(type, field, select)
    : isAbstractType(type)
      ? completeAbstract(type, field, select)
      : completeObject(type, field, select);
  return (request, info, path, value) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(request, info, path, value);
  };
}

function completeNonNull(complete: Complete, { parentType, definition }: SelectedField): Complete {
  return (request, info, path, value) => {
    const completed = complete(request, info, path, value);
    if (completed === null)
      throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
    return completed;
  };
}

function completeList(
  { ofType: itemType }: GraphQLList<GraphQLOutputType>,
  field: SelectedField,
  select: Select,
): Complete {
  const { nodes, parentType, definition } = field;
  const complete = completerOf(itemType, field, select);
  return (request, info, path, value) => {
    if (!isIterable(value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${parentType.name}.${definition.name}".`,
      );
    const results: unknown[] = [];
    let hasPromise = false;
    try {
      for (const item of value) {
        const itemPath = { prev: path, key: results.length, typename: undefined };
        try {
          const completed = isPromise(item)
            ? item.then((resolved) => complete(request, info, itemPath, resolved))
            : complete(request, info, itemPath, item);
          if (!isPromise(completed)) results.push(completed);
          else {
            hasPromise = true;
            results.push(
              completed.then(undefined, (error: unknown) => request.fail(error, nodes, itemType, itemPath)),
            );
          }
        } catch (error) {
          results.push(request.fail(error, nodes, itemType, itemPath));
        }
      }
    } catch (error) {
      // The list is null; the promises of earlier items may still reject.
      if (hasPromise) Promise.allSettled(results);
      throw error;
    }
    return hasPromise ? Promise.all(results) : results;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function'
  );
}

function completeAbstract(type: GraphQLAbstractType, field: SelectedField, select: Select): Complete {
  const completers = new Map<GraphQLObjectType, Complete>();
  const complete = (runtimeType: GraphQLObjectType): Complete => {
    const known = completers.get(runtimeType);
    if (known !== undefined) return known;
    const made = completeObject(runtimeType, field, select);
    completers.set(runtimeType, made);
    return made;
  };
  return (request, info, path, value) => {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    // The fields of an abstract type need info.
    const given = info as GraphQLResolveInfo;
    const name: unknown = resolveType(value, request.contextValue, given, type);
    const completeAs = (resolved: unknown) =>
      complete(checkRuntimeType(given.schema, type, field, resolved, value))(request, info, path, value);
    return isPromise(name) ? name.then(completeAs) : completeAs(name);
  };
}

function completeObject(type: GraphQLObjectType, { nodes }: SelectedField, select: Select): Complete {
  let plan: ObjectPlan | undefined;
  const refused = (value: unknown) =>
    new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
  return (request, info, path, value) => {
    plan ??= select(type);
    const { isTypeOf } = type;
    if (!isTypeOf) return executeFields(request, plan, value, path);
    const selected = plan;
    const isOf: unknown = isTypeOf.call(type, value, request.contextValue, info as GraphQLResolveInfo);
    if (isPromise(isOf))
      return isOf.then((isReally) => {
        if (!isReally) throw refused(value);
        return executeFields(request, selected, value, path);
      });
    if (!isOf) throw refused(value);
    return executeFields(request, plan, value, path);
  };
}
