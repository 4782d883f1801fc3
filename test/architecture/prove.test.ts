import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Ended, plantTree, type Tree } from './tree.ts';

/** A proof that measures what a file of its name says. */
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
      'package.json': '{ "type": "module" }',
      'prove/1-first.proof.mjs': proof('first'),
      'prove/2-second.proof.mjs': proof('second'),
      'prove/3-third.proof.mjs': proof('third'),
    },
    ['scripts'],
  );
});
afterEach(() => tree.remove());

/** Runs proofs that measure these figures; one without a figure cannot end. */
function prove(figures: Record<string, string>, ...args: string[]): Promise<Ended> {
  for (const [name, figure] of Object.entries(figures)) writeFileSync(join(tree.folder, name), figure);
  return tree.run(relative(process.cwd(), join(tree.folder, 'scripts', 'prove.mjs')), ...args);
}

/** The sections of the document: the name of the proof and its row. */
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
  test('writes a section for each proof, in the order of their files', async () => {
    const { code, output } = await prove({ first: '1', second: '2', third: '3' });
    expect([code, output]).toEqual([0, expect.stringContaining(row('2'))]);
    expect(sections()).toEqual([
      ['first', row('1')],
      ['second', row('2')],
      ['third', row('3')],
    ]);
  });

  test('with a part of a name replaces the sections of those proofs and keeps the others to the letter', async () => {
    await prove({ first: '1', second: '2', third: '3' });
    const before = tree.read('docs/proofs.md').split(/^(?=## )/m);
    expect((await prove({ first: '10', second: '20', third: '30' }, 'sec')).code).toBe(0);
    const after = tree.read('docs/proofs.md').split(/^(?=## )/m);
    expect([after[0], after[1], after[3]]).toEqual([before[0], before[1], before[3]]);
    expect(sections()[1]).toEqual(['second', row('20')]);
  });

  test('puts a proof that was not measured before in its place', async () => {
    await prove({ third: '3' }, 'third');
    await prove({ first: '1' }, 'first');
    expect(sections()).toEqual([
      ['first', row('1')],
      ['third', row('3')],
    ]);
  });

  test('says which promise does not hold and which proof did not end, and fails', async () => {
    expect((await prove({ first: 'bad' }, 'first')).code).toBe(1);
    expect((await prove({}, 'second')).code).toBe(1);
    expect(sections()).toEqual([
      ['first', row('bad', '**no**')],
      ['second', expect.stringMatching(/^\| runs to its end \| Error: ENOENT.* \| \*\*no\*\* \|$/)],
    ]);
  });

  test('takes several parts of names, and runs each proof that has one of them once', async () => {
    expect((await prove({ first: '1', second: '2', third: '3' }, 'fir', 'first', 'thi')).code).toBe(0);
    expect(sections()).toEqual([
      ['first', row('1')],
      ['third', row('3')],
    ]);
  });

  test('of a name that no proof has runs nothing, says which there are, and fails', async () => {
    await prove({ first: '1' }, 'first');
    const before = tree.read('docs/proofs.md');
    expect(await prove({}, 'first', 'fourth')).toEqual({
      code: 1,
      output: 'No proof has "fourth" in its name. There are: 1-first, 2-second, 3-third.\n',
    });
    expect(tree.read('docs/proofs.md')).toBe(before);
  });
});
