import { afterEach, expect, test } from '@jest/globals';
import { type Files, plantTree, type Tree } from './tree.ts';

let tree: Tree | undefined;
afterEach(() => tree?.remove());

function check(files: Files) {
  tree = plantTree(files, []);
  return tree.run('scripts/links.mjs');
}

test('the link check names each link to a file or section that does not exist, and its place', async () => {
  const { code, output } = await check({
    'README.md': '[a](docs/page.md#first-title) [b](docs/pages.md)\n\n![c](docs/picture.png)\n',
    'docs/page.md':
      '# First title\n\nOf [this](#second) and [that](../README.md), and\n[a word](page.md#first-title-2 "Title").\n',
  });
  expect(code).toBe(1);
  expect(output.split('\n').filter((line) => line.includes('dead link '))).toEqual([
    'README.md:1  dead link docs/pages.md: no file docs/pages.md',
    'README.md:3  dead link docs/picture.png: no file docs/picture.png',
    'docs/page.md:3  dead link #second: no section #second in docs/page.md',
    'docs/page.md:4  dead link page.md#first-title-2: no section #first-title-2 in docs/page.md',
  ]);
});

test('it knows the anchors of GitHub, and follows no link to another host and none in code', async () => {
  const { code, output } = await check({
    'docs/page.md': [
      '## `AUTH=apikey`, and *TLS*',
      '## Log',
      '## Log',
      '[a](#authapikey-and-tls) [b](#log-1) [c](https://example.com/no/page.md#x) `[d](no.md)`',
      '```text',
      '# Not a title',
      '[e](no.md)',
      '```',
    ].join('\n'),
  });
  expect(output).toBe('0 dead links in 1 pages\n');
  expect(code).toBe(0);
});
