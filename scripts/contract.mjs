/**
 * Checks the answers of the SIM API with reads only, and writes a report that contains no data of the account.
 *
 *   node scripts/contract.mjs [--out report.md] [--pause-ms 1000] [--with-bad-credentials]
 *
 * Uses the SIM API of SIM_API_URL, SIM_API_USERNAME and SIM_API_PASSWORD, or the sandbox if none of them is set.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import util from 'node:util';
import { root } from './command.mjs';

const CONNECTION = ['SIM_API_URL', 'SIM_API_USERNAME', 'SIM_API_PASSWORD'];
const USAGE = `npm run contract -- [--out FILE.md] [--pause-ms MILLISECONDS] [--with-bad-credentials]

  --out                    path of the report; the same report is written as JSON next to it. Default .cache/contract-report.md
  --pause-ms               pause between two requests. Default 1000, or 0 for the sandbox
  --with-bad-credentials   also try a wrong password once; this may lock the account

  ${CONNECTION.join(', ')}: the account. If none of them is set: the sandbox
`;

/** An error that the user has to correct. */
class Fault extends Error {}

function readArguments() {
  try {
    const { values } = util.parseArgs({
      options: {
        out: { type: 'string', default: join('.cache', 'contract-report.md') },
        'pause-ms': { type: 'string' },
        'with-bad-credentials': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.out.endsWith('.md')) throw new Error('--out must end in .md');
    if (values['pause-ms'] !== undefined && !/^\d{1,6}$/.test(values['pause-ms'])) {
      throw new Error('--pause-ms must be a whole number of milliseconds');
    }
    return values;
  } catch (error) {
    throw new Fault(`${error.message}\n\n${USAGE}`);
  }
}

/** The account of the environment, or undefined if there is none. */
function readAccount() {
  const missing = CONNECTION.filter((name) => !process.env[name]);
  if (missing.length === CONNECTION.length) return undefined;
  if (missing.length > 0) {
    throw new Fault(
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: the three belong together.`,
    );
  }
  const [address, username, password] = CONNECTION.map((name) => process.env[name]);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!/^https?:$/.test(url?.protocol) || url.username || url.password || url.search || url.hash) {
    throw new Fault(
      'SIM_API_URL must be an address such as https://api.1ot.mobi/v1, with no credentials and no query.',
    );
  }
  return { url: address.replace(/\/+$/, ''), username, password };
}

/** Starts the built sandbox on a free port and returns its account. */
async function startSandbox() {
  const preload = pathToFileURL(join(root, 'scripts', 'with-parent.mjs')).href;
  const child = spawn(process.execPath, ['--import', preload, join(root, 'dist', 'sandbox', 'main.js')], {
    env: { ...process.env, SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => {
      throw new Fault('The sandbox could not start.');
    }),
  ]);
  const url = /^Sandbox SIM API at (\S+)/.exec(line)?.[1];
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { account: { url, username: 'sandbox', password: 'sandbox' }, stop };
}

/** Bundles the suite, which is part of the tests and not in dist/, and imports it. */
async function loadSuite() {
  const outfile = join(root, '.cache', `contract-suite-${process.pid}.mjs`);
  const { build } = await import('esbuild');
  await build({
    stdin: {
      contents: "export * from './suite.ts'; export * from './report.ts';",
      resolveDir: join(root, 'test', 'contract'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

function line({ result, level, id, remark }) {
  return `  ${result.padEnd(15)}${level.padEnd(7)} ${id}${remark ? `: ${remark}` : ''}\n`;
}

async function run() {
  const args = readArguments();
  if (args.help) return process.stdout.write(USAGE);
  const named = readAccount();
  const sandbox = named ? undefined : await startSandbox();
  try {
    const account = named ?? sandbox.account;
    const { runContract, markdownOf, jsonOf, summaryTable, holds } = await loadSuite();
    process.stdout.write(`Checking ${new URL(account.url).host}, with reads only.\n\n`);
    const report = await runContract({
      ...account,
      pauseMs: Number(args['pause-ms'] ?? (sandbox ? 0 : 1000)),
      triesBadCredentials: sandbox !== undefined || args['with-bad-credentials'],
      onChecked: (row) => row.remark?.startsWith('it would take') || process.stdout.write(line(row)),
    });
    const markdown = resolve(args.out);
    const json = markdown.replace(/\.md$/, '.json');
    mkdirSync(dirname(markdown), { recursive: true });
    writeFileSync(markdown, markdownOf(report));
    writeFileSync(json, jsonOf(report));
    process.stdout.write(`\n${summaryTable(report)}\n\n`);
    process.stdout.write(
      `${report.requests} requests in ${report.seconds} s. The report, without any data of the account:\n`,
    );
    for (const file of [markdown, json]) process.stdout.write(`  ${relative(process.cwd(), file)}\n`);
    process.exitCode = holds(report) ? 0 : 1;
  } finally {
    await sandbox?.stop();
  }
}

try {
  await run();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
