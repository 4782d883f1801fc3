/**
 * Runs the built terminal many times in one process, each time from the beginning: most of what a start costs is Node itself.
 *
 *   node test/terminal/in-one-process.mjs      reads a JSON array of argument lists, writes one of {code, stdout, stderr}
 */
import { text } from 'node:stream/consumers';

const streams = { stdout: process.stdout, stderr: process.stderr };
const writeOut = process.stdout.write.bind(process.stdout);
const runs = JSON.parse(await text(process.stdin));
const ended = [];
for (const [index, args] of runs.entries()) {
  const said = { stdout: '', stderr: '' };
  for (const [name, stream] of Object.entries(streams)) {
    stream.write = (chunk, ...rest) => {
      said[name] += chunk;
      rest.find((one) => typeof one === 'function')?.();
      return true;
    };
  }
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  process.exitCode = undefined;
  // Another query is another module.
  await import(`../../dist/terminal/main.js?run=${index}`);
  ended.push({ code: process.exitCode ?? 0, ...said });
}
process.exitCode = 0;
writeOut(JSON.stringify(ended));
