import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import type { Scenario } from './scenario.ts';

type Resolver = GraphQLFieldResolver<unknown, Scenario>;
type Make = (scenario: Scenario, position: string) => unknown;

const resolved =
  (make: Make): Resolver =>
  (source, args, scenario, info, ...extra: unknown[]) => {
    const position = scenario.record(info, source, args, extra);
    // A resolver may change what it was given.
    Object.assign(args, { changed: position });
    return scenario.act(position, () => make(scenario, position));
  };

/** A list of items, in one of the forms that graphql-js accepts, or in one that it refuses. */
const listOf =
  (make: Make): Make =>
  (scenario, position) => {
    const items = Array.from({ length: scenario.choose(`${position}n`, 4) }, (_, index) => {
      const item = `${position}.${index}`;
      try {
        return scenario.act(item, () => make(scenario, item));
      } catch (error) {
        return error;
      }
    });
    switch (scenario.choose(`${position}l`, 12)) {
      case 0:
        return new Set(items);
      case 1:
        return (function* () {
          yield* items;
        })();
      case 2:
        return (function* () {
          yield* items;
          throw new Error(`ended at ${position}`);
        })();
      case 3:
        return { length: 0 };
      case 4:
        return 'text';
      default:
        return items;
    }
  };

/** A scalar whose serialisation fails in several ways. */
const Odd = new GraphQLScalarType({
  name: 'Odd',
  serialize(value) {
    switch (value) {
      case 0:
        throw new Error('not serialisable');
      case 1:
        return null;
      case 2:
        return undefined;
      case 3:
        return Promise.resolve('later');
      case 4:
        return Promise.reject(new Error('not later'));
      case 5:
        return Number.NaN;
      case 6:
        return { nested: [value, null], toJSON: undefined };
      case 7:
        throw 'text';
      default:
        return value;
    }
  },
  parseValue(value) {
    if (value === 'refused') throw new Error('refused');
    if (value === 'absent') return undefined;
    return { parsed: value };
  },
});

const Color = new GraphQLEnumType({
  name: 'Color',
  values: { RED: { value: 'red' }, GREEN: { value: 2 }, BLUE: {} },
});

const Inner: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'Inner',
  fields: () => ({
    number: { type: new GraphQLNonNull(GraphQLInt) },
    text: { type: GraphQLString, defaultValue: 'default' },
    color: { type: Color },
    odd: { type: Odd },
    list: { type: new GraphQLList(new GraphQLNonNull(GraphQLInt)) },
    inner: { type: Inner },
    one: { type: One },
  }),
});

const One = new GraphQLInputObjectType({
  name: 'One',
  isOneOf: true,
  fields: { number: { type: GraphQLInt }, text: { type: GraphQLString } },
});

const args = {
  number: { type: GraphQLInt, defaultValue: 7 },
  inner: { type: Inner },
  one: { type: One },
  list: { type: new GraphQLList(new GraphQLNonNull(GraphQLInt)) },
  odd: { type: Odd },
};

const text: Make = (scenario, position) =>
  [`text ${position}`, '', 12, true, Number.NaN][Math.min(scenario.choose(`${position}v`, 40), 4)];
const number: Make = (scenario, position) =>
  [position.length, 0, -1, '17', 1.5, 2 ** 40, false][Math.min(scenario.choose(`${position}v`, 30), 6)];
const odd: Make = (scenario, position) => scenario.choose(`${position}v`, 24);
const color: Make = (scenario, position) =>
  ['red', 2, 'BLUE', 'RED', {}][Math.min(scenario.choose(`${position}v`, 12), 4)];

/** An object with the fields that have no resolver: values, promises, functions, getters. */
const object: Make = (scenario, position) => {
  const typename = ['First', 'Second', 'Third'][scenario.choose(`${position}t`, 3)];
  const plain = (name: string, make: Make) => {
    const at = `${position}/${name}`;
    return () => scenario.act(at, () => make(scenario, at));
  };
  const texts = plain('plainText', text);
  const numbers = plain('plainNumber', number);
  const source = {
    kind: typename,
    ...(scenario.choose(`${position}k`, 3) > 0 && { __typename: typename }),
    id: position,
    get plainText() {
      return texts();
    },
    get plainNumber() {
      return numbers();
    },
    plainMethod(this: { id: unknown }, given: unknown, context: Scenario, info: never, ...extra: unknown[]) {
      const at = context.record(info, this, given, extra);
      return context.act(at, () => text(context, at));
    },
    plainOdd: plain('plainOdd', odd),
    get plainList() {
      return plain('plainList', listOf(number))();
    },
    get plainObject() {
      return plain('plainObject', object)();
    },
  };
  return scenario.choose(`${position}c`, 10) === 0
    ? Object.assign(() => undefined, { id: position })
    : source;
};

const nonNull = (type: GraphQLOutputType) =>
  new GraphQLNonNull(type as ConstructorParameters<typeof GraphQLNonNull<GraphQLScalarType>>[0]);
const list = (type: GraphQLOutputType) => new GraphQLList(type);

/** Every type with fields has these. */
const fields = (): GraphQLFieldConfigMap<unknown, Scenario> => ({
  id: { type: nonNull(GraphQLID) },
  plainText: { type: GraphQLString },
  plainNumber: { type: nonNull(GraphQLInt) },
  plainMethod: { type: GraphQLString, args },
  plainOdd: { type: Odd },
  plainList: { type: list(nonNull(GraphQLInt)) },
  plainObject: { type: First },
  text: { type: GraphQLString, args, resolve: resolved(text) },
  needed: {
    type: nonNull(GraphQLString),
    args: { number: { type: new GraphQLNonNull(GraphQLInt) } },
    resolve: resolved(text),
  },
  float: { type: GraphQLFloat, resolve: resolved(number) },
  boolean: { type: GraphQLBoolean, resolve: resolved(number) },
  odd: { type: Odd, resolve: resolved(odd) },
  odds: { type: nonNull(list(Odd)), resolve: resolved(listOf(odd)) },
  color: { type: nonNull(Color), resolve: resolved(color) },
  matrix: { type: list(list(nonNull(GraphQLInt))), resolve: resolved(listOf(listOf(number))) },
  first: { type: First, args, resolve: resolved(object) },
  third: { type: nonNull(Third), resolve: resolved(object) },
  firsts: { type: list(First), resolve: resolved(listOf(object)) },
  seconds: { type: nonNull(list(nonNull(Second))), resolve: resolved(listOf(object)) },
  grid: { type: list(nonNull(list(nonNull(Third)))), resolve: resolved(listOf(listOf(object))) },
  named: { type: Named, resolve: resolved(object) },
  nameds: { type: list(nonNull(Named)), resolve: resolved(listOf(object)) },
  either: { type: Either, resolve: resolved(object) },
  eithers: { type: list(Either), resolve: resolved(listOf(object)) },
});

const Named: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Named',
  fields,
  resolveType(value, scenario: Scenario, info): never {
    const { kind, id } = value as { kind: string; id: string };
    scenario.calls.push(`resolveType ${id} ${info.fieldName} ${info.path.key}`);
    const types: unknown[] = [undefined, 'Unknown', 'Color', 'Query', First, 3, Promise.resolve(kind)];
    const type = types[scenario.choose(`${id}r`, 40)];
    if (type !== undefined) return type as never;
    return (scenario.choose(`${id}s`, 4) === 0 ? Promise.resolve(kind) : kind) as never;
  },
});
const First: GraphQLObjectType = new GraphQLObjectType({ name: 'First', fields, interfaces: () => [Named] });
const Second: GraphQLObjectType = new GraphQLObjectType({
  name: 'Second',
  fields,
  interfaces: () => [Named],
  isTypeOf(value, scenario: Scenario, info) {
    const { id } = value as { id: string };
    scenario.calls.push(`isTypeOf ${id} ${info.fieldName} ${info.path.key}`);
    switch (scenario.choose(`${id}i`, 10)) {
      case 0:
        return false;
      case 1:
        return Promise.resolve(false);
      case 2:
        return Promise.resolve(true);
      case 3:
        throw new Error(`isTypeOf at ${id}`);
      default:
        return true;
    }
  },
});
const Third: GraphQLObjectType = new GraphQLObjectType({ name: 'Third', fields });
/** Its type is that of __typename, or the first whose isTypeOf is true. */
const Either: GraphQLUnionType = new GraphQLUnionType({ name: 'Either', types: () => [First, Second] });

/** The names of the fields, by what can be selected below them. */
export const fieldNames = {
  leaf: ['id', 'plainText', 'plainNumber', 'plainMethod', 'plainOdd', 'plainList', 'text', 'needed', 'float'],
  rare: ['boolean', 'odd', 'odds', 'color', 'matrix', '__typename', 'unknown'],
  object: ['plainObject', 'first', 'third', 'firsts', 'seconds', 'grid', 'named', 'nameds'],
  union: ['either', 'eithers'],
};

export const scenarioSchema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
  subscription: new GraphQLObjectType({ name: 'Subscription', fields }),
  types: [First, Second, Third],
});

/** The root value of an execution. */
export const rootOf = (scenario: Scenario): unknown => object(scenario, 'root');
