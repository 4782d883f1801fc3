import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** A page of the docs, followed by one or several section titles in quotes. */
const citation = /\b(docs\/[\w-]+\.md)((?:,? "[^"\n]+")+)/g;

interface Citation {
  readonly file: string;
  readonly page: string;
  readonly section: string;
}

/** The citations in all TypeScript files of a folder, including those that continue on the next line of a comment. */
function citationsIn(folder: string): Citation[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8').replace(/\s*\n\s*\*\s*/g, ' ');
    return [...text.matchAll(citation)].flatMap(([, page = '', titles = '']) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, section = '']) => ({ file, page, section })),
    );
  });
}

/** Section titles of a page; empty if the page does not exist. */
function sectionsOf(page: string): string[] {
  try {
    return [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  } catch {
    return [];
  }
}

describe('comments that cite the docs', () => {
  test.each(['src', 'test', 'prove'])('name a section that exists: %s', (folder) => {
    const dead = citationsIn(folder).filter(({ page, section }) => !sectionsOf(page).includes(section));
    expect(dead).toEqual([]);
  });

  test('may cite several sections of one page', () => {
    const cited = citationsIn(join('src', 'sim-api')).map(({ page, section }) => `${page} ${section}`);
    expect(cited).toEqual(expect.arrayContaining(['docs/sim-api.md Token', 'docs/sim-api.md Refresh']));
  });
});
