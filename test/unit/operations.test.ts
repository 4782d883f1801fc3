import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { errorTable } from '../../src/errors/table.ts';

const folder = join('schema', 'operations');
const files = readdirSync(folder).sort();
const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

const operationOf = (text: string): OperationDefinitionNode => {
  const [operation, ...more] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || more.length > 0)
    throw new Error(`one operation:\n${text}`);
  return operation;
};

/** Every field that an example selects, as Type.field. */
function shownFields(): Set<string> {
  const shown = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  const note = () => void shown.add(`${typeInfo.getParentType()}.${typeInfo.getFieldDef()?.name}`);
  for (const text of texts) visit(parse(text), visitWithTypeInfo(typeInfo, { Field: note }));
  return shown;
}

/** Runs graphql-eslint on an example with this text. Returns `<line> <rule>` for each violation. */
function lint(text: string): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      'node_modules/eslint/bin/eslint.js',
      '--stdin',
      '--stdin-filename',
      join(folder, 'planted.graphql'),
      '-f',
      'json',
    ],
    { input: text, encoding: 'utf8' },
  );
  const [{ messages }] = JSON.parse(stdout) as [{ messages: { ruleId: string; line: number }[] }];
  return messages.map(({ ruleId, line }) => `${line} ${ruleId.replace('@graphql-eslint/', '')}`).sort();
}

describe('the examples', () => {
  test('select every field of the schema; a change may be shown for one SIM or for several', () => {
    const shown = shownFields();
    const isShown = (type: string, field: string) => {
      const names =
        type === 'Mutation' || type === 'Query'
          ? [field, `${field}s`, field.replace(/s$/, ''), field.replace('setSim', 'setSims')]
          : [field];
      return names.some((name) => shown.has(`${type}.${name}`));
    };
    const missing = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type))
      .filter(({ name }) => !name.startsWith('__') && name !== 'SimLegacyStatus')
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ deprecationReason }) => !deprecationReason)
          .filter((field) => !isShown(type.name, field.name))
          .map((field) => `${type.name}.${field.name}: ${getNamedType(field.type)}`),
      );
    expect(missing).toEqual([
      // The examples use nodes instead of edges.
      'AlertConnection.edges: AlertEdge',
      'AlertEdge.cursor: String',
      'AlertEdge.node: Alert',
      'DataSessionConnection.edges: DataSessionEdge',
      'DataSessionEdge.cursor: String',
      'DataSessionEdge.node: DataSession',
      'SimResultConnection.edges: SimResultEdge',
      'SimResultEdge.cursor: String',
      'SimResultEdge.node: SimResult',
      'AuditEntryConnection.edges: AuditEntryEdge',
      'AuditEntryEdge.cursor: String',
      'AuditEntryEdge.node: AuditEntry',
      'BulkOperationConnection.edges: BulkOperationEdge',
      'BulkOperationEdge.cursor: String',
      'BulkOperationEdge.node: BulkOperation',
    ]);
  });

  test('show every error code of the SIM API except E230, which needs more SIMs than an example can hold', () => {
    const codes = Object.entries(errorTable).flatMap(([code, row]) =>
      'simApiCode' in row ? [`${code} (${row.simApiCode})`] : [],
    );
    expect(codes).toHaveLength(14);
    const shown = texts.flatMap((text) => /^"""\n([A-Z_]+ \(E\d{3}\)): \w/.exec(text)?.[1] ?? []);
    expect(shown).toEqual(codes.filter((code) => code !== 'TOO_MANY_SIMS (E230)'));
  });

  test('are named like their file, and each begins with a sentence that describes it', () => {
    for (const [index, text] of texts.entries()) {
      const name = operationOf(text).name?.value ?? '';
      const kebab = name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      expect(files[index]?.replace(/^\d\d-/, '')).toBe(`${kebab}.graphql`);
      expect(text).toMatch(/^"""\n[A-Z][^\n]{10,}/);
      // GraphiQL takes the title of a new tab from the first line that matches, which must not be one of the description.
      expect(/^(?!#).*(query|subscription|mutation)\s+(\w+)/m.exec(text)?.[2]).toBe(name);
    }
  });

  test('share no idempotency key, and none with a page of the documentation', () => {
    const keys = texts.flatMap((text) => /\$idempotencyKey: String! = "(.+)"/.exec(text)?.[1] ?? []);
    expect(keys).toHaveLength(1);
    expect(new Set(keys).size).toBe(keys.length);
    const pages = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) =>
      name.endsWith('.md'),
    );
    for (const key of keys)
      expect(pages.filter((name) => readFileSync(name, 'utf8').includes(key))).toEqual([]);
  });
});

describe('graphql-eslint', () => {
  test('refuses an operation that selects a deprecated field, or an object without its id', () => {
    const planted = `query Planted {
  account {
    groups {
      id
      name
    }
    again: groups {
      name
      sims {
        nodes {
          iccid
          legacyStatus {
            primary
          }
        }
      }
    }
  }
}
`;
    expect(lint(planted)).toEqual(['12 no-deprecated', '7 require-selections']);
  });
});
