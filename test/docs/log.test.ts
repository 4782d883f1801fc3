import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { errorTable } from '../../src/errors/table.ts';

const page = readFileSync('docs/log.md', 'utf8');

/** The sources of the gateway. The sandbox, the CLI and the page do not write its log. */
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/^(?:sandbox|terminal|graphiql)\//.test(path))
  .map((path) => readFileSync(join('src', path), 'utf8'));

/** The text from a parenthesis to the one that closes it. */
function parenthesized(text: string): string {
  let depth = 0;
  const end = [...text].findIndex((letter) => {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    return depth === 0;
  });
  return text.slice(0, end);
}

/** The messages of the calls of a log at level info and above, and of the line that is written without it. */
const logged = sources.flatMap((source) => [
  ...[...source.matchAll(/\blog\.(?:info|warn|error)(?=\()/g)].flatMap(
    ({ 0: call, index }) =>
      [...parenthesized(source.slice(index + call.length)).matchAll(/'([^'\n]+)'/g)].at(-1)?.[1] ?? [],
  ),
  ...[...source.matchAll(/\bmsg: '([^'\n]+)'/g)].map(([, message = '']) => message),
]);

/** The messages in the tables of the page; one may end with … for its rest. */
const documented = [...page.matchAll(/^\| \d+ \| (.*?) \|/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
  .filter((message) => !message.startsWith('"'));

const covers = (entry: string, message: string) =>
  entry.endsWith('…') ? message.startsWith(entry.slice(0, -1)) : entry === message;

test('the page of the log lists every message from level info on, and no other', () => {
  expect(logged.length).toBeGreaterThan(50);
  expect(logged.filter((message) => !documented.some((entry) => covers(entry, message)))).toEqual([]);
  expect(documented.filter((entry) => !logged.some((message) => covers(entry, message)))).toEqual([]);
});

test('the sample lines of the page have messages of the gateway', () => {
  const samples = [...page.matchAll(/^\{.*\}$/gm)].map(([line]) => (JSON.parse(line) as { msg: string }).msg);
  const known = [...logged, ...Object.values(errorTable).map(({ description }) => description)];
  expect(samples).not.toEqual([]);
  expect(samples.filter((message) => !known.includes(message))).toEqual([]);
});
