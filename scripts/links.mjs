/**
 * Checks the links of the Markdown pages to files and to sections of pages. Links to other hosts are not followed.
 *
 *   node scripts/links.mjs        in the root folder
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...(existsSync('docs') ? readdirSync('docs') : [])
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The text of a page with its code removed; the lines keep their numbers. */
function proseOf(page) {
  return readFileSync(page, 'utf8')
    .replace(/^ *(`{3,}|~{3,}).*\n[\s\S]*?^ *\1.*$/gm, (block) => block.replace(/[^\n]/g, ''))
    .replace(/(`+)[^`\n]+?\1/g, (code) => code.replace(/[()[\]]/g, ' '));
}

/** The anchors of a page, as GitHub makes them from its titles: a repeated title gets a number. */
function anchorsOf(page) {
  const anchors = new Set();
  for (const [, title] of proseOf(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const base = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = base;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${base}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link; null if it leads somewhere, or to another host. */
function faultOf(page, target) {
  if (/^[a-z][a-z+.-]*:|^\/\//i.test(target)) return null;
  const [path, anchor] = target.split('#', 2);
  const file = path === '' ? page : posix.join(posix.dirname(page), decodeURI(path));
  if (file.startsWith('../') || !existsSync(join('.', file))) return `no file ${file}`;
  if (anchor === undefined || !file.endsWith('.md')) return null;
  return anchorsOf(file).has(anchor) ? null : `no section #${anchor} in ${file}`;
}

const LINK = /\]\(<?([^()\s>]+)>?(?: +"[^"]*")?\)|^ *\[[^\]]+\]: +<?([^\s>]+)|\bsrc="([^"]+)"/g;

const faults = pages.flatMap((page) =>
  proseOf(page)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(LINK)].flatMap(([, inline, reference, image]) => {
        const target = inline ?? reference ?? image;
        const fault = faultOf(page, target);
        return fault === null ? [] : `${page}:${index + 1}  dead link ${target}: ${fault}`;
      }),
    ),
);

for (const fault of faults) process.stdout.write(`${fault}\n`);
process.stdout.write(`${faults.length} dead links in ${pages.length} pages\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
