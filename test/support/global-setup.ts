import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseUrl, runSql, templateDatabase } from './store.ts';

/** Starts what all tests share: one sandbox (each test has its own world) and one PostgreSQL (each gateway has its own database). */
export default async function startShared(): Promise<void> {
  const [sandbox, database] = await Promise.all([startSandbox(), startDatabase()]);
  Object.assign(process.env, sandbox, database);
  await makeTemplate();
}

async function startSandbox() {
  const env = { SANDBOX_HOST: '127.0.0.1', SANDBOX_PORT: '0', SANDBOX_SIMS: '2000' };
  const { pid, line } = await start(['--enable-source-maps', 'dist/sandbox/main.js'], env);
  const origin = /http:\/\/[^/]+/.exec(line)?.[0];
  if (origin === undefined) throw new Error(`The sandbox printed: ${line}`);
  return { SANDBOX_ORIGIN: origin, SANDBOX_PID: String(pid) };
}

/** Creates the database that each test copies. */
async function makeTemplate(): Promise<void> {
  const server = process.env.TEST_DATABASE_URL ?? '';
  await runSql(server, `drop database if exists ${templateDatabase} with (force)`);
  await runSql(server, `create database ${templateDatabase} template template0`);
  const child = spawn(process.execPath, ['test/support/template.mjs', databaseUrl(templateDatabase)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The tables of the tests could not be created: code ${code}`);
}

/** Uses the server that DATABASE_URL names, if set; its role must be allowed to create databases. */
async function startDatabase() {
  if (process.env.DATABASE_URL) return { TEST_DATABASE_URL: process.env.DATABASE_URL };
  const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-test-'));
  const { pid, line } = await start(['test/support/postgres.mjs', folder], {});
  const { url } = JSON.parse(line) as { url: string };
  return { TEST_DATABASE_URL: url, TEST_DATABASE_PID: String(pid), TEST_DATABASE_FOLDER: folder };
}

/** Starts a program and waits for the line that it prints when it is ready. */
async function start(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ pid: number; line: string }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    // Its stdin stays open until this process ends.
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
