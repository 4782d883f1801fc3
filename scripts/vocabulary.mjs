/**
 * Counts private words in identifiers and in prose (comments and Markdown). A private word is one for which the field has a standard word;
 * docs/glossary.md has those. The counts may only fall: scripts/vocabulary.json has the words and the limits.
 *
 *   node scripts/vocabulary.mjs            in the folder that holds src/: fails if a count differs from its limit
 *   node scripts/vocabulary.mjs --lower    replaces the limits by counts that are lower
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const listPath = 'scripts/vocabulary.json';
/** `words`: parts of identifiers, split at capitals and underscores. `phrases`: words of prose. `limits`: how often each may occur. */
const { words, phrases, limits } = JSON.parse(readFileSync(listPath, 'utf8'));
const PRIVATE = new Set(words);
const PROSE = new RegExp(`\\b(?:${phrases.join('|')})\\b`, 'gi');

/** Identifiers that are right as they are, each group with its reason. */
const RIGHT = new Set([
  // Names of Node.js, the language and npm packages.
  ...['keepAlive', 'keepAliveTimeout', 'keepAliveInitialDelay', 'allSettled', 'keepNames', 'keepClassNames'],
  // The field's term for reading the selection of a query before its resolvers run.
  ...['lookAhead', 'LookAhead', 'createLookAhead'],
  // Names of the GraphQL schema, of a column named after one of them, of an option of the CLI, and of the sandbox's control API.
  ...[
    'waitUntilSettled',
    'SETTLING',
    'settling',
    'usedPercentAtLeast',
    'usedBytesAtLeast',
    'usedBytesAtMost',
    'costAtLeast',
    'waitsUntilSettled',
    'waits_until_settled',
  ],
  ...['usedAtLeast', 'settleMs', 'manners'],
  // The name of the job queue, which an applied migration defines.
  'wakeUpQueue',
]);

const FOLDERS = ['src', 'test', 'prove', 'bench', 'scripts', 'docs'];
/** Packages are not ours, migrations are never edited, and the other files are generated or describe the past. */
const SKIPPED = /\/node_modules\/|\/migrations\/|\/operations\.ts$|^docs\/proofs\.md$|^CHANGELOG\.md$/;

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) =>
      join(parentPath ?? path, name)
        .split('\\')
        .join('/'),
    );
}

const files = [
  ...readdirSync('.').filter((name) => /\.(?:md|mjs|cjs)$/.test(name)),
  ...FOLDERS.flatMap(filesOf),
]
  .filter((path) => /\.(?:ts|tsx|mjs|cjs|md)$/.test(path) && !SKIPPED.test(path))
  .sort();

const isPrivate = (name) =>
  !RIGHT.has(name) && name.split(/(?=[A-Z])|_/).some((part) => PRIVATE.has(part.toLowerCase()));

const lineOf = (text, position) => text.slice(0, position).split('\n').length;

/** The private words of a file: [place, word] of each use. */
function wordsOf(path) {
  const text = readFileSync(path, 'utf8');
  const at = (position, word) => [`${path}:${lineOf(text, position)}`, word];
  const inProse = (part, from) => [...part.matchAll(PROSE)].map((match) => at(from + match.index, match[0]));
  if (path.endsWith('.md')) return { identifiers: [], prose: inProse(text, 0) };

  const identifiers = [];
  const comments = new Map();
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    for (const comment of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      comments.set(comment.pos, comment.end);
    for (const comment of ts.getTrailingCommentRanges(text, node.getEnd()) ?? [])
      comments.set(comment.pos, comment.end);
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && isPrivate(node.text.replace('#', '')))
      identifiers.push(at(node.getStart(tree), node.text));
    // Names of columns in SQL.
    if (ts.isTemplateLiteralToken(node))
      for (const match of node.text.matchAll(/[a-z]+(?:_[a-z]+)+/g))
        if (isPrivate(match[0])) identifiers.push(at(node.getStart(tree), match[0]));
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return { identifiers, prose: [...comments].flatMap(([from, to]) => inProse(text.slice(from, to), from)) };
}

const found = files.map(wordsOf);
const uses = {
  identifiers: found.flatMap(({ identifiers }) => identifiers),
  prose: found.flatMap(({ prose }) => prose),
};

const counts = { identifiers: uses.identifiers.length, prose: uses.prose.length };
const above = Object.keys(limits).filter((kind) => counts[kind] > limits[kind]);
const below = Object.keys(limits).filter((kind) => counts[kind] < limits[kind]);

for (const kind of above) {
  for (const [place, word] of uses[kind]) process.stdout.write(`${place}  private word: ${word}\n`);
  process.stdout.write(
    `${counts[kind]} uses of private words in ${kind}, ${limits[kind]} allowed. docs/glossary.md has the words to use.\n`,
  );
}
if (above.length === 0 && below.length > 0 && process.argv.includes('--lower')) {
  writeFileSync(listPath, `${JSON.stringify({ words, phrases, limits: counts }, null, 2)}\n`);
  process.stdout.write('The limits are lower now.\n');
} else {
  for (const kind of below)
    process.stdout.write(
      `${counts[kind]} uses of private words in ${kind}, below the limit of ${limits[kind]}: run node scripts/vocabulary.mjs --lower\n`,
    );
  if (above.length + below.length > 0) process.exitCode = 1;
  else
    process.stdout.write(
      `${counts.identifiers} uses of private words in identifiers, ${counts.prose} in prose: the limits hold.\n`,
    );
}
