import type { FieldPlan, ObjectPlan } from './plan.ts';
import { isPromise } from './promise.ts';
import type { Path, Request } from './request.ts';

type Results = Record<string, unknown>;

/** Executes the fields of an object; returns the part of the response, or a promise of it. Errors: that of a non-null field. */
export function executeFields(
  request: Request,
  { fields, template }: ObjectPlan,
  source: unknown,
  path: Path,
): Results | Promise<Results> {
  const results: Results = { ...template };
  let pending: Pending | undefined;
  try {
    for (const field of fields) {
      const value = field.isPlain
        ? executePlainField(request, field, source, path)
        : executeField(request, field, source, path);
      if (!isPromise(value)) set(results, field, value);
      else {
        pending ??= { fields: [], values: [] };
        pending.fields.push(field);
        pending.values.push(value);
      }
    }
  } catch (error) {
    if (pending === undefined) throw error;
    // The promises of other fields may reject too: they are awaited, so that no rejection is unhandled.
    return fill(results, pending).finally(() => {
      throw error;
    });
  }
  return pending === undefined ? results : fill(results, pending);
}

/** The fields whose values are promises. */
interface Pending {
  readonly fields: FieldPlan[];
  readonly values: Promise<unknown>[];
}

function fill(results: Results, { fields, values }: Pending): Promise<Results> {
  return Promise.all(values).then((resolved) => {
    for (const [index, { key }] of fields.entries()) results[key] = resolved[index];
    return results;
  });
}

/** Executes the fields of a mutation, one after another. */
export function executeFieldsSerially(
  request: Request,
  { fields, template }: ObjectPlan,
  source: unknown,
): Results | Promise<Results> {
  const results: Results = { ...template };
  const step = (field: FieldPlan): Results | Promise<Results> => {
    const value = executeField(request, field, source, undefined);
    if (isPromise(value))
      return value.then((resolved) => {
        results[field.key] = resolved;
        return results;
      });
    set(results, field, value);
    return results;
  };
  let done: Results | Promise<Results> = results;
  for (const field of fields) done = isPromise(done) ? done.then(() => step(field)) : step(field);
  return done;
}

/** Only a thenable whose `then` returns nothing gives undefined; graphql-js then leaves out the key. */
function set(results: Results, { key }: FieldPlan, value: unknown): void {
  if (value === undefined) delete results[key];
  else results[key] = value;
}

function executeField(request: Request, field: FieldPlan, source: unknown, parentPath: Path): unknown {
  const { nodes, definition, resolve } = field;
  const path = pathOf(field, parentPath);
  try {
    const info = field.needsInfo ? request.infoOf(field, path) : undefined;
    const args = request.argsOf(field);
    const { contextValue } = request;
    let value: unknown;
    if (resolve !== undefined)
      value = resolve(source, args, contextValue, info ?? request.infoOf(field, path));
    else {
      value = propertyOf(source, definition.name);
      if (typeof value === 'function')
        value = call(source, definition.name, args, contextValue, info ?? request.infoOf(field, path));
    }
    const completed = isPromise(value)
      ? value.then((resolved) => field.complete(request, info, path, resolved))
      : field.complete(request, info, path, value);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => request.fail(error, nodes, definition.type, path));
  } catch (error) {
    return request.fail(error, nodes, definition.type, path);
  }
}

/** Executes a field with `isPlain`: the path is created only when it is needed. */
function executePlainField(request: Request, field: FieldPlan, source: unknown, parentPath: Path): unknown {
  try {
    const { name } = field.definition;
    let value = propertyOf(source, name);
    if (typeof value === 'function') {
      const info = request.infoOf(field, pathOf(field, parentPath));
      value = call(source, name, {}, request.contextValue, info);
    }
    const completed = isPromise(value)
      ? value.then((resolved) => field.complete(request, undefined, undefined, resolved))
      : field.complete(request, undefined, undefined, value);
    return isPromise(completed) ? guard(request, field, parentPath, completed) : completed;
  } catch (error) {
    return request.fail(error, field.nodes, field.definition.type, pathOf(field, parentPath));
  }
}

function guard(
  request: Request,
  field: FieldPlan,
  parentPath: Path,
  completed: Promise<unknown>,
): Promise<unknown> {
  return completed.then(undefined, (error: unknown) =>
    request.fail(error, field.nodes, field.definition.type, pathOf(field, parentPath)),
  );
}

function pathOf({ key, parentType }: FieldPlan, prev: Path) {
  return { prev, key, typename: parentType.name };
}

/** The property of a source object that stands for a field. */
function propertyOf(source: unknown, name: string): unknown {
  return (typeof source === 'object' && source !== null) || typeof source === 'function'
    ? (source as Record<string, unknown>)[name]
    : undefined;
}

/** Calls a property that is a function like a resolver. It is read again, as graphql-js does: it may be a getter. */
function call(source: unknown, name: string, ...params: unknown[]): unknown {
  return (source as Record<string, (...params: unknown[]) => unknown>)[name]?.(...params);
}
