/**
 * curl for the examples of the docs, with the options that they use, so that the tests need nothing but Node. The addresses of `npm start`
 * lead to the programs under test, which GATEWAY, PROTECTED and SANDBOX name.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    'data-urlencode': { type: 'string', multiple: true, default: [] },
    request: { type: 'string', short: 'X' },
    output: { type: 'string', short: 'o' },
    get: { type: 'boolean', short: 'G' },
    fail: { type: 'boolean', short: 'f' },
    include: { type: 'boolean', short: 'i' },
    silent: { type: 'boolean', short: 's' },
  },
});

const { GATEWAY, PROTECTED, SANDBOX } = process.env;
const headers = values.header.map((line) => /^([^:]+):\s*(.*)$/.exec(line).slice(1));
const isProtected = headers.some(([name]) => name.toLowerCase() === 'authorization');
const url = new URL(
  positionals[0]
    .replace('http://127.0.0.1:4000', isProtected ? PROTECTED : GATEWAY)
    .replace('http://127.0.0.1:4001', SANDBOX),
);
for (const pair of values['data-urlencode']) {
  const [name, ...rest] = pair.split('=');
  url.searchParams.append(name, rest.join('='));
}
const response = await fetch(url, {
  method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
  headers: [...headers, ['connection', 'close']],
  ...(values.data !== undefined && { body: values.data }),
});
const body = await response.text();
if (values.include) {
  process.stdout.write(`HTTP/1.1 ${response.status}\n`);
  for (const [name, value] of response.headers) process.stdout.write(`${name}: ${value}\n`);
}
if (values.output === undefined) process.stdout.write(`${body}\n`);
else writeFileSync(values.output, body);
if (values.fail && !response.ok) process.exitCode = 22;
