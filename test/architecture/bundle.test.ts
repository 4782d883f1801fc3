import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** The sources of built files. */
function sourcesOf(files: readonly string[]): string[] {
  return files.flatMap(
    (file) => (JSON.parse(readFileSync(`dist/${file}.js.map`, 'utf8')) as { sources: string[] }).sources,
  );
}

/** The files of the gateway: its program, and the parts that this program imports. */
const gatewayFiles = [
  'main.bundle',
  ...readdirSync('dist').flatMap((name) => /^(part-.*)\.js$/.exec(name)?.[1] ?? []),
];

/** The packages in built files, each with the folders of its copies. */
function copiesIn(files: readonly string[]): Map<string, Set<string>> {
  const copies = new Map<string, Set<string>>();
  for (const source of sourcesOf(files)) {
    const [, folder, name = ''] = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(source) ?? [];
    if (folder !== undefined) copies.set(name, (copies.get(name) ?? new Set()).add(folder));
  }
  return copies;
}

test('the gateway contains one copy of graphql in one module format, since graphql compares classes', () => {
  expect(copiesIn(gatewayFiles).get('graphql')?.size).toBe(1);
  const modules = sourcesOf(gatewayFiles).filter((source) => source.includes('node_modules/graphql/'));
  expect(modules.length).toBeGreaterThan(50);
  expect(new Set(modules.map((source) => source.split('.').at(-1))).size).toBe(1);
});

test('the sandbox and the CLI contain no package of GraphQL servers or databases', () => {
  for (const program of ['sandbox/main.bundle', 'terminal/main'])
    expect([...copiesIn([program]).keys()].filter((name) => /graphql|apollo|kysely|^pg/.test(name))).toEqual(
      [],
    );
});

test('the program that starts several workers loads no package of GraphQL itself', () => {
  const imported = (file: string): string[] => {
    const names = [...readFileSync(`dist/${file}.js`, 'utf8').matchAll(/from"\.\/(part-[^"]+)\.js"/g)];
    return [file, ...names.flatMap(([, name = '']) => imported(name))];
  };
  expect(
    [...copiesIn(imported('main.bundle')).keys()].filter((name) => /graphql|apollo|undici/.test(name)),
  ).toEqual([]);
});
