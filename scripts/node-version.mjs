/**
 * Ends the program with a sentence if this Node is older than `engines` in package.json allows. Each program imports this module first,
 * and packages later (`await import`), because Node parses all static imports before it runs any of them. The build copies it to
 * dist/scripts, where it reads dist/package.json.
 *
 * It and the programs that import it are parsed on older versions, too. They are written for Node 14.14 or newer.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const found = process.versions.node;

/** Whether version `a` is older than version `b`. */
function isOlder(a, b) {
  const [partsA, partsB] = [a, b].map((version) => version.split('.').map(Number));
  const place = [0, 1, 2].find((index) => (partsA[index] || 0) !== (partsB[index] || 0));
  return place !== undefined && (partsA[place] || 0) < (partsB[place] || 0);
}

if (isOlder(found, needed)) {
  process.stderr.write(
    `This is Node ${found}; SIM Gateway needs Node ${needed} or newer (https://nodejs.org).\n`,
  );
  process.exit(1);
}
