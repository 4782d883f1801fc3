import { afterEach, describe, expect, test } from '@jest/globals';
import { CLEAN } from './clean-house.ts';
import { type Ended, type Files, plantTree, type Tree } from './tree.ts';
import { VIOLATIONS } from './violations.ts';

const COPIED = ['.dependency-cruiser.cjs', 'biome.json', 'tsconfig.json'];

/** The three tools that keep the rules, each run over src/ of a tree. */
const TOOLS = {
  dependencies: (tree: Tree) => tree.run('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src'),
  syntax: (tree: Tree) => tree.run('scripts/house-rules.mjs'),
  lint: (tree: Tree) =>
    tree.run(
      'node_modules/@biomejs/biome/bin/biome',
      'lint',
      '--vcs-enabled=false',
      '--max-diagnostics=200',
      'src',
    ),
};

let tree: Tree | undefined;

afterEach(() => {
  tree?.remove();
  tree = undefined;
});

async function judge(files: Files, tool: keyof typeof TOOLS): Promise<Ended> {
  tree = plantTree({ ...CLEAN, ...files }, COPIED);
  return TOOLS[tool](tree);
}

describe('the rules of the house', () => {
  for (const tool of ['dependencies', 'syntax', 'lint'] as const) {
    test(`a tree that keeps every rule passes the ${tool} tool`, async () => {
      expect(await judge({}, tool)).toMatchObject({ code: 0 });
    });
  }

  for (const { forbids, tool, says, files } of VIOLATIONS) {
    test(`the ${tool} tool refuses ${forbids}`, async () => {
      const { code, output } = await judge(files, tool);
      expect(code).not.toBe(0);
      for (const words of says) expect(output).toContain(words);
    });
  }
});
