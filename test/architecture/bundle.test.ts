import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** The packages in a built program, each with the folders of its copies. */
function copiesIn(program: string): Map<string, Set<string>> {
  const { sources } = JSON.parse(readFileSync(`dist/${program}.js.map`, 'utf8')) as { sources: string[] };
  const copies = new Map<string, Set<string>>();
  for (const source of sources) {
    const [, folder, name = ''] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(source) ?? [];
    if (folder !== undefined) copies.set(name, (copies.get(name) ?? new Set()).add(folder));
  }
  return copies;
}

test('the gateway contains one copy of graphql in one module format, since graphql compares classes', () => {
  expect(copiesIn('main').get('graphql')?.size).toBe(1);
  const { sources } = JSON.parse(readFileSync('dist/main.js.map', 'utf8')) as { sources: string[] };
  const modules = sources.filter((source) => source.includes('node_modules/graphql/'));
  expect(modules.length).toBeGreaterThan(50);
  expect(new Set(modules.map((source) => source.split('.').at(-1))).size).toBe(1);
});

test('the sandbox and the CLI contain no package of GraphQL servers or databases', () => {
  for (const program of ['sandbox/main', 'terminal/main'])
    expect([...copiesIn(program).keys()].filter((name) => /graphql|apollo|kysely|^pg/.test(name))).toEqual(
      [],
    );
});
