import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql';
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

  test('accepts exactly one key in a SimRef', () => {
    const type = schema.getType('SimRef');
    expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  });
});
