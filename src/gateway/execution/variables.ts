import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;
type Coerced = ReturnType<typeof getVariableValues>;

/** Coerces the values of variables; the result is that of `getVariableValues`. */
export type CoerceVariables = (given: Variables) => Coerced;

/** As graphql-js `execute`. */
const maxErrors = 50;

/** The value is refused, or needs graphql-js. */
const refused = Symbol('refused');

/** Coerces a value as graphql-js `coerceInputValue` does, without its error: `refused`. */
type Coerce = (value: unknown) => unknown;

/** The coercers of input objects, which all operations of a schema share. An input object may contain itself. */
const inputCoercers = new WeakMap<GraphQLInputObjectType, Coerce>();

/**
 * Creates the coercion of the variables of an operation. graphql-js creates a dictionary and a copy of it for each input object. Here it
 * coerces only values that are refused, which gives its errors.
 */
export function variablesOf(schema: GraphQLSchema, operation: OperationDefinitionNode): CoerceVariables {
  const definitions = operation.variableDefinitions ?? [];
  const coercers = definitions.map((definition) => variableOf(schema, definition));
  return (given) => {
    const coerced: Record<string, unknown> = {};
    for (const coerce of coercers)
      if (!coerce(given, coerced)) return getVariableValues(schema, definitions, given, { maxErrors });
    return { coerced };
  };
}

/** Adds the value of one variable to `coerced`; returns whether it is valid. */
function variableOf(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
): (given: Variables, coerced: Record<string, unknown>) => boolean {
  const name = variable.name.value;
  const type = typeFromAST(schema, typeNode as Parameters<typeof typeFromAST>[1]);
  if (!isInputType(type) || name === '__proto__') return () => false;
  const coerce = coercerOf(type);
  return (given, coerced) => {
    if (!Object.hasOwn(given, name)) {
      if (defaultValue === undefined) return !isNonNullType(type);
      coerced[name] = valueFromAST(defaultValue, type);
      return true;
    }
    const value = coerce(given[name]);
    coerced[name] = value;
    return value !== refused;
  };
}

function coercerOf(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercerOf(type.ofType);
    return (value) => (value === null || value === undefined ? refused : coerce(value));
  }
  if (isListType(type)) return listCoercer(coercerOf(type.ofType));
  if (isInputObjectType(type)) {
    const coerce = inputCoercers.get(type) ?? createInputCoercer(type);
    return (value) => (value === null || value === undefined ? null : coerce(value));
  }
  return (value) => {
    if (value === null || value === undefined) return null;
    try {
      const parsed: unknown = type.parseValue(value);
      return parsed === undefined ? refused : parsed;
    } catch {
      return refused;
    }
  };
}

function listCoercer(coerce: Coerce): Coerce {
  return (value) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) {
      // An iterable could be read only once, and a refused value is coerced again.
      if (typeof value === 'object' && Symbol.iterator in value) return refused;
      const item = coerce(value);
      return item === refused ? refused : [item];
    }
    const items: unknown[] = [];
    for (const each of value) {
      const item = coerce(each);
      if (item === refused) return refused;
      items.push(item);
    }
    return items;
  };
}

function createInputCoercer(type: GraphQLInputObjectType): Coerce {
  let fields: InputField[] | undefined;
  const definitions = type.getFields();
  const coerceFields: Coerce = (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused;
    fields ??= Object.values(definitions).map(({ name, type: fieldType, defaultValue }) => ({
      name,
      type: fieldType,
      defaultValue,
      coerce: coercerOf(fieldType),
    }));
    const input = value as Record<string, unknown>;
    const coerced: Record<string, unknown> = {};
    let count = 0;
    for (const { name, defaultValue, type: fieldType, coerce } of fields) {
      const given = input[name];
      if (given === undefined) {
        if (defaultValue !== undefined) {
          coerced[name] = defaultValue;
          count++;
        } else if (isNonNullType(fieldType)) return refused;
        continue;
      }
      const field = coerce(given);
      if (field === refused || (field === null && type.isOneOf)) return refused;
      coerced[name] = field;
      count++;
    }
    for (const name of Object.keys(input)) if (definitions[name] === undefined) return refused;
    return type.isOneOf && count !== 1 ? refused : coerced;
  };
  inputCoercers.set(type, coerceFields);
  return coerceFields;
}

interface InputField {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue: unknown;
  readonly coerce: Coerce;
}
