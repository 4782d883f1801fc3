/** Summarises a CPU profile: self time by function, and by package or module. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/command.mjs';

const rowsShown = 25;
/** `dispatch` is the profiler. */
const ignored = new Set(['(idle)', '(root)', 'dispatch']);

const maps = new Map();

/** The source map of a built file; null if there is none. */
function mapOf(path) {
  if (!maps.has(path)) {
    const file = `${path}.map`;
    maps.set(path, existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : null);
  }
  return maps.get(path);
}

/** The source file of a frame, absolute, and its line; `source` is null for a frame of the engine. */
function originOf({ url, lineNumber, columnNumber }) {
  if (url === '') return { source: null };
  if (!url.startsWith('file:')) return { source: url, line: lineNumber + 1 };
  const path = fileURLToPath(url);
  const { originalSource, originalLine } = mapOf(path)?.findEntry(lineNumber, columnNumber) ?? {};
  return originalSource === undefined
    ? { source: path, line: lineNumber + 1 }
    : { source: resolve(dirname(path), originalSource), line: originalLine + 1 };
}

/** The package of a source, `node`, `engine`, or our module with its folder. */
function categoryOf(frame, source) {
  if (frame.functionName === '(garbage collector)') return 'garbage collector';
  if (source === null) return 'engine';
  if (source.startsWith('node:')) return `node: ${source.slice(5).split('/').slice(0, 2).join('/')}`;
  const [, packageName] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
  if (packageName !== undefined) return packageName;
  const [, folder] = /(?:^|\/)src\/(.+)$/.exec(source) ?? [];
  if (folder === undefined) return 'other';
  const parts = folder.split('/');
  return `src/${parts.slice(0, Math.min(2, parts.length - 1)).join('/') || parts[0]}`;
}

/** The summary of a profile as text. */
export function summarise(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const byFunction = new Map();
  const byCategory = new Map();
  let total = 0;
  const add = (map, key, time) => map.set(key, (map.get(key) ?? 0) + time);
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id).callFrame;
    const time = profile.timeDeltas[index];
    if (ignored.has(frame.functionName) && frame.url === '') continue;
    total += time;
    const { source, line } = originOf(frame);
    const place = source === null ? '' : ` ${placeOf(source)}:${line}`;
    add(byFunction, `${frame.functionName || '(anonymous)'}${place}`, time);
    add(byCategory, categoryOf(frame, source), time);
  }
  const rows = (map, count) =>
    [...map]
      .sort(([, one], [, other]) => other - one)
      .slice(0, count)
      .map(([name, time]) => `  ${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  return `self time by package and module\n${rows(byCategory, 40)}\n\nself time by function\n${rows(byFunction, rowsShown)}\n`;
}

function placeOf(source) {
  const [, inPackage] = /.*\/node_modules\/(.+)$/.exec(source) ?? [];
  return inPackage ?? (source.startsWith('/') ? relative(root, source) : source);
}
