/** jq for the examples of the docs: prints the value at a path such as `.dataUsage.usedPercent` of each line of JSON, of a file or the standard input. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { r: { type: 'boolean', short: 'r' } },
});
const [path, file] = positionals;
const names = path.split('.').filter(Boolean);

for await (const line of createInterface({ input: file ? createReadStream(file) : process.stdin })) {
  const value = names.reduce((within, name) => {
    if (!Object.hasOwn(within, name)) throw new Error(`there is no ${path} in ${line}`);
    return within[name];
  }, JSON.parse(line));
  process.stdout.write(`${values.r && typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
