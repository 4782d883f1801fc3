import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { createSchema } from '../../src/gateway/schema.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

const schema = createSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

/** Each documented element of the schema, by its path. */
function* documented(): Generator<[string, Described]> {
  for (const type of types) {
    yield [type.name, type];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        yield [`${type.name}.${field.name}`, field];
        for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name})`, argument];
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
  }
}

describe('the schema', () => {
  test('describes every type, field, argument and enum value', () => {
    const all = [...documented()];
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(([, { description }]) => !description?.trim()).map(([path]) => path)).toEqual([]);
  });

  test('answers null for a root field that fails, and not for its neighbours', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()];
    const fields = roots.flatMap((type) => Object.values(type?.getFields() ?? {}));
    expect(fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([]);
  });

  test('says which values are null only with an error', () => {
    const nullable = [
      ...[
        'sims',
        'fleet',
        'simsByRef',
        'nodes',
        'auditLog',
        'bulkOperations',
        'errorCatalog',
        'previewChange',
      ].map((name) => `Query.${name}`),
      ...Object.keys(schema.getMutationType()?.getFields() ?? {}).map((name) => `Mutation.${name}`),
      ...['SimGroup.fleet', 'BulkOperation.results', 'FleetSummary.usedBytes', 'AuditEntry.arguments'],
    ];
    const elements = new Map(documented());
    for (const path of nullable)
      expect([path, elements.get(path)?.description]).toEqual([
        path,
        expect.stringContaining('null only with an error'),
      ]);
  });

  test('takes an idempotency key in the input of every mutation', () => {
    for (const { name, args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      expect([name, args.map((argument) => argument.name)]).toEqual([name, ['input']]);
      const input = args[0] && getNamedType(args[0].type);
      const key = isInputObjectType(input) ? input.getFields().idempotencyKey : undefined;
      expect([name, String(key?.type)]).toEqual([name, 'String']);
    }
  });

  test('accepts exactly one key in a SimRef', () => {
    const type = schema.getType('SimRef');
    expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  });
});
