/** jq for the examples of the docs: prints the value at a path such as `.dataUsage.usedPercent` of each line of JSON. */
import { createInterface } from 'node:readline';

const isRaw = process.argv.includes('-r');
const path = process.argv.at(-1).split('.').filter(Boolean);

for await (const line of createInterface({ input: process.stdin })) {
  const value = path.reduce((within, name) => {
    if (!Object.hasOwn(within, name)) throw new Error(`there is no .${path.join('.')} in ${line}`);
    return within[name];
  }, JSON.parse(line));
  process.stdout.write(`${isRaw && typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
