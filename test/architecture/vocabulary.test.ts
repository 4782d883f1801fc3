import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Files, plantTree, type Tree } from './tree.ts';

const list = 'scripts/vocabulary.json';
const current = readFileSync(join(__dirname, '..', '..', list), 'utf8');

let tree: Tree | undefined;
afterEach(() => tree?.remove());

/** Runs the check over a tree with these files and limits. */
async function check(files: Files, limits: object, ...args: string[]) {
  tree?.remove();
  tree = plantTree({ ...files, [list]: JSON.stringify({ ...JSON.parse(current), limits }) }, []);
  return tree.run('scripts/vocabulary.mjs', ...args);
}

const planted = {
  'src/bulk/chunk.store.ts': [
    '// The lease is renewed by whoever has it.',
    'export const mostRefs = 10;',
    'export const lease = sql`select hand_id from chunk where walked_to > 0`;',
  ].join('\n'),
  'docs/page.md': 'So many calls are made at a time.\n',
  // Names of others, strings and migrations do not count.
  'src/store/connect.ts': "export const options = { keepAlive: true, hint: 'nobody told' };\n",
  'src/store/migrations/first.ts': 'export const hand = 1; // Nobody edits it.\n',
};

describe('the vocabulary check', () => {
  test('names each private word in identifiers, columns and prose, and its place', async () => {
    const { code, output } = await check(planted, { identifiers: 0, prose: 0 });
    expect(code).toBe(1);
    expect(output.match(/^\S+ {2}private word: .*$/gm)?.sort()).toEqual([
      'docs/page.md:1  private word: So many',
      'docs/page.md:1  private word: at a time',
      'src/bulk/chunk.store.ts:1  private word: whoever',
      'src/bulk/chunk.store.ts:2  private word: mostRefs',
      'src/bulk/chunk.store.ts:3  private word: hand_id',
      'src/bulk/chunk.store.ts:3  private word: walked_to',
    ]);
  });

  test('accepts as many as the limits, and no limit that is too high', async () => {
    expect((await check(planted, { identifiers: 3, prose: 3 })).code).toBe(0);
    expect(await check(planted, { identifiers: 4, prose: 3 })).toMatchObject({
      code: 1,
      output: expect.stringContaining('below the limit of 4'),
    });
  });

  test('lowers the limits, and never raises them', async () => {
    expect((await check(planted, { identifiers: 4, prose: 5 }, '--lower')).code).toBe(0);
    expect(JSON.parse(tree?.read(list) ?? '').limits).toEqual({ identifiers: 3, prose: 3 });
    expect((await check(planted, { identifiers: 2, prose: 5 }, '--lower')).code).toBe(1);
    expect(JSON.parse(tree?.read(list) ?? '').limits).toEqual({ identifiers: 2, prose: 5 });
  });
});
