import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseUrl, runSql, templateDatabase } from './store.ts';

/** Starts what all tests share: one sandbox, each test in a world of its own, and one PostgreSQL, each gateway in a database of its own. */
export default async function startShared(): Promise<void> {
  const [sandbox, database] = await Promise.all([startSandbox(), startDatabase()]);
  Object.assign(process.env, sandbox, database);
  await makeTemplate();
}

async function startSandbox() {
  const env = { SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: '0', SANDBOX_SIMS: '2000' };
  const { pid, line } = await start(['--enable-source-maps', 'dist/sandbox/main.js'], env);
  const origin = /http:\/\/[^/]+/.exec(line)?.[0];
  if (origin === undefined) throw new Error(`The sandbox said: ${line}`);
  return { SANDBOX_ORIGIN: origin, SANDBOX_PID: String(pid) };
}

/** Makes the database that each test copies. */
async function makeTemplate(): Promise<void> {
  const server = process.env.TEST_DATABASE_URL ?? '';
  await runSql(server, `drop database if exists ${templateDatabase} with (force)`);
  await runSql(server, `create database ${templateDatabase} template template0`);
  const child = spawn(process.execPath, ['test/support/template.mjs', databaseUrl(templateDatabase)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The tables of the tests could not be made: code ${code}`);
}

/** If DATABASE_URL names a server, that is used; its role must be allowed to create databases. */
async function startDatabase() {
  if (process.env.DATABASE_URL) return { TEST_DATABASE_URL: process.env.DATABASE_URL };
  const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-test-'));
  const { pid, line } = await start(['test/support/postgres.mjs', folder], {});
  const { url } = JSON.parse(line) as { url: string };
  return { TEST_DATABASE_URL: url, TEST_DATABASE_PID: String(pid), TEST_DATABASE_FOLDER: folder };
}

/** Starts a program that says a line when it is ready. */
async function start(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ pid: number; line: string }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    // Its input stays open for as long as this process lives.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]): string[] => {
      throw new Error(`${args.at(-1)} ended with code ${code} before it was ready; is dist/ built?`);
    }),
  ]);
  if (child.pid === undefined) throw new Error(`${args.at(-1)} did not start`);
  return { pid: child.pid, line: String(line) };
}
