/**
 * Compares the schema with the released one: a client of the released schema must go on working, so only additions are allowed.
 *
 *   node scripts/schema-changes.mjs                        the changes of schema/schema.graphql since schema/released.graphql
 *   node scripts/schema-changes.mjs --from FILE            the changes since another file
 *   node scripts/schema-changes.mjs --release              makes the current schema the released one; refused if a change is not an addition
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

const current = 'schema/schema.graphql';
const released = 'schema/released.graphql';

/** Changes that graphql-js counts as dangerous and that add something. */
const additions = new Set([
  'VALUE_ADDED_TO_ENUM',
  'TYPE_ADDED_TO_UNION',
  'OPTIONAL_INPUT_FIELD_ADDED',
  'OPTIONAL_ARG_ADDED',
  'IMPLEMENTED_INTERFACE_ADDED',
]);

/** The changes that are not additions, as {type, description}. */
function breakingChanges(before, after) {
  return [
    ...findBreakingChanges(before, after),
    ...findDangerousChanges(before, after).filter(({ type }) => !additions.has(type)),
    ...inputChanges(before, after),
  ];
}

/** Changes of inputs that graphql-js does not compare: @oneOf and the default values of input fields. */
function inputChanges(before, after) {
  return Object.values(before.getTypeMap()).flatMap((type) => {
    const same = after.getType(type.name);
    if (!isInputObjectType(type) || !isInputObjectType(same)) return [];
    const changes = [];
    if (type.isOneOf !== same.isOneOf)
      changes.push({ type: 'ONE_OF_CHANGED', description: `${type.name} changed whether it is @oneOf.` });
    for (const { name, defaultValue } of Object.values(type.getFields())) {
      const field = same.getFields()[name];
      if (field !== undefined && JSON.stringify(field.defaultValue) !== JSON.stringify(defaultValue))
        changes.push({
          type: 'INPUT_FIELD_DEFAULT_VALUE_CHANGE',
          description: `${type.name}.${name} has changed its default value.`,
        });
    }
    return changes;
  });
}

/** The names of the members that only `after` has: types, fields, arguments and enum values. */
function addedMembers(before, after) {
  const known = new Set(membersOf(before));
  return membersOf(after).filter((name) => !known.has(name));
}

function membersOf(schema) {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type) => [type.name, ...insideOf(type)]);
}

function insideOf(type) {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, args }) => [
    `${type.name}.${name}`,
    ...args.map((argument) => `${type.name}.${name}(${argument.name})`),
  ]);
}

const { values } = parseArgs({ options: { from: { type: 'string' }, release: { type: 'boolean' } } });
if (values.from !== undefined && values.release) {
  process.stderr.write('--release compares with the released schema, not with --from.\n');
  process.exit(2);
}
const schemaIn = (path) => buildSchema(readFileSync(path, 'utf8'));
const [before, after] = [schemaIn(values.from ?? released), schemaIn(current)];
const breaking = breakingChanges(before, after);
const added = addedMembers(before, after);
for (const { type, description } of breaking) process.stdout.write(`${type}: ${description}\n`);
process.stdout.write(`${breaking.length} changes break clients of the released schema.\n`);
process.stdout.write(`${added.length} additions${added.length > 0 ? `: ${added.join(', ')}` : ''}\n`);
if (breaking.length > 0) {
  process.stdout.write(
    'The schema changes by additions only: deprecate what is replaced, and add the new form.\n',
  );
  process.exitCode = 1;
} else if (values.release) {
  writeFileSync(released, readFileSync(current));
  process.stdout.write('Wrote schema/released.graphql\n');
}
