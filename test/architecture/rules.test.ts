import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ended, plantTree, type Tree } from './tree.ts';
import { type Finding, planted, VIOLATIONS } from './violations.ts';

const COPIED = ['.dependency-cruiser.cjs', 'biome.json', 'tsconfig.json'];

/** One of the three tools that check the rules. */
interface Tool {
  /** Runs the tool over src/ of a tree. */
  run(tree: Tree): Promise<Ended>;
  /** Parses its output; in any order. */
  findings(output: string): Finding[];
}

/** The name of the package if the path is in node_modules, else the path. */
const packageOr = (path: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? path;

const TOOLS: Readonly<Record<keyof typeof VIOLATIONS, Tool>> = {
  dependencies: {
    run: (tree) => tree.run('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src'),
    // Each further step of a cycle, or of a path to a forbidden file, is on a line without `error`.
    findings: (output) =>
      [...output.matchAll(/^ {2}error (\S+): (\S+) →\s+(\S+)/gm)].map(([, rule = '', from = '', to = '']) => [
        rule,
        from,
        packageOr(to),
      ]),
  },
  syntax: {
    run: (tree) => tree.run('scripts/architecture-rules.mjs'),
    findings: (output) =>
      [...output.matchAll(/^(\S+) {2}(\S+: \S+)/gm)].map(([, place = '', rule = '']) => [rule, place]),
  },
  lint: {
    run: (tree) =>
      tree.run(
        'node_modules/@biomejs/biome/bin/biome',
        'lint',
        '--vcs-enabled=false',
        '--max-diagnostics=200',
        'src',
      ),
    findings: (output) =>
      [...output.matchAll(/^(\S+?):\d+:\d+ (lint\/\S+)/gm)].map(([, place = '', rule = '']) => [rule, place]),
  },
};

// A tool takes a second or two to start, so each runs once, over a tree with all violations.
describe.each(['dependencies', 'syntax', 'lint'] as const)('the %s tool', (name) => {
  let tree: Tree | undefined;
  let code: number;
  let found: Finding[];
  const lines = (findings: readonly Finding[]) => findings.map((finding) => finding.join(' ')).sort();

  beforeAll(async () => {
    tree = plantTree(planted(VIOLATIONS[name]), COPIED);
    const ended = await TOOLS[name].run(tree);
    code = ended.code;
    found = TOOLS[name].findings(ended.output);
  });
  afterAll(() => tree?.remove());

  test.each(VIOLATIONS[name])('refuses $forbids', ({ finds }) => {
    expect(code).not.toBe(0);
    expect(lines(found)).toEqual(expect.arrayContaining(lines(finds)));
  });

  test('reports nothing else', () => {
    expect(lines(found)).toEqual(lines(VIOLATIONS[name].flatMap(({ finds }) => finds)));
  });
});
