import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Ended, plantTree, type Tree } from './tree.ts';

/** A proof whose figure is the content of the file with its name. */
const proof = (name: string) => `import { readFileSync } from 'node:fs';

export const name = '${name}';
export async function run() {
  const measured = readFileSync('${name}', 'utf8');
  return [{ what: 'a | b', measured, holds: measured !== 'bad' }];
}
`;

let tree: Tree;
beforeEach(() => {
  tree = plantTree(
    {
      'package.json': '{ "type": "module", "engines": { "node": ">=20.0.0" } }',
      'prove/1-first.proof.mjs': proof('first'),
      'prove/2-second.proof.mjs': proof('second'),
      'prove/3-third.proof.mjs': proof('third'),
    },
    ['scripts'],
  );
});
afterEach(() => tree.remove());

/** Runs proofs with these figures; a proof without a figure fails. */
function prove(figures: Record<string, string>, ...args: string[]): Promise<Ended> {
  for (const [name, figure] of Object.entries(figures)) writeFileSync(join(tree.folder, name), figure);
  return tree.run(relative(process.cwd(), join(tree.folder, 'scripts', 'prove.mjs')), ...args);
}

/** The sections of docs/proofs.md: name of the proof and its table row. */
function sections(): [string, string][] {
  return tree
    .read('docs/proofs.md')
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [name = ''] = text.split('\n');
      expect(text).toMatch(/^Measured on \d{4}-\d\d-\d\d: Node .+ cores, .+ GB of memory\. Took .+ s\.$/m);
      expect(text).toContain('| What | Measured | Holds |\n| --- | --- | --- |\n');
      return [name, text.trimEnd().split('\n').slice(6).join('\n')];
    });
}

const row = (measured: string, holds = 'yes') => `| a \\| b | ${measured} | ${holds} |`;

describe('npm run prove', () => {
  test('writes a section for each proof, in the order of the files', async () => {
    const { code, output } = await prove({ first: '1', second: '2', third: '3' });
    expect([code, output]).toEqual([0, expect.stringContaining(row('2'))]);
    expect(sections()).toEqual([
      ['first', row('1')],
      ['second', row('2')],
      ['third', row('3')],
    ]);
  });

  test('with a part of a name replaces the sections of the matching proofs and leaves the others unchanged', async () => {
    await prove({ first: '1', second: '2', third: '3' });
    const before = tree.read('docs/proofs.md').split(/^(?=## )/m);
    expect((await prove({ first: '10', second: '20', third: '30' }, 'sec')).code).toBe(0);
    const after = tree.read('docs/proofs.md').split(/^(?=## )/m);
    expect([after[0], after[1], after[3]]).toEqual([before[0], before[1], before[3]]);
    expect(sections()[1]).toEqual(['second', row('20')]);
  });

  test('inserts the section of a proof that was not measured before in the order of the files', async () => {
    await prove({ third: '3' }, 'third');
    await prove({ first: '1' }, 'first');
    expect(sections()).toEqual([
      ['first', row('1')],
      ['third', row('3')],
    ]);
  });

  test('reports promises that do not hold and proofs that fail, and exits with 1', async () => {
    expect((await prove({ first: 'bad' }, 'first')).code).toBe(1);
    expect((await prove({}, 'second')).code).toBe(1);
    expect(sections()).toEqual([
      ['first', row('bad', '**no**')],
      ['second', expect.stringMatching(/^\| completes \| Error: ENOENT.* \| \*\*no\*\* \|$/)],
    ]);
  });

  test('accepts several parts of names, and runs each matching proof once', async () => {
    expect((await prove({ first: '1', second: '2', third: '3' }, 'fir', 'first', 'thi')).code).toBe(0);
    expect(sections()).toEqual([
      ['first', row('1')],
      ['third', row('3')],
    ]);
  });

  test('with a name that matches no proof runs nothing, lists the proofs, and exits with 1', async () => {
    await prove({ first: '1' }, 'first');
    const before = tree.read('docs/proofs.md');
    expect(await prove({}, 'first', 'fourth')).toEqual({
      code: 1,
      output: 'No proof has "fourth" in its name. Proofs: 1-first, 2-second, 3-third.\n',
    });
    expect(tree.read('docs/proofs.md')).toBe(before);
  });
});

test('every proof loads, and every section of docs/proofs.md is that of a proof', async () => {
  const root = join(__dirname, '..', '..');
  const files = readdirSync(join(root, 'prove')).filter((file) => file.endsWith('.proof.mjs'));
  const load = `const names = [];
    for (const file of ${JSON.stringify(files)}) names.push((await import('./prove/' + file)).name);
    console.log(JSON.stringify(names));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load], {
    cwd: root,
  });
  const names: string[] = JSON.parse(stdout);
  expect(names.every((name) => typeof name === 'string' && name !== '')).toBe(true);
  const sections = readFileSync(join(root, 'docs', 'proofs.md'), 'utf8').match(/(?<=^## ).*$/gm) ?? [];
  expect(sections.filter((section) => !names.includes(section))).toEqual([]);
  expect(sections).not.toEqual([]);
});
