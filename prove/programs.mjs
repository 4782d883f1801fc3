import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts one of the built programs and waits for the line with its address. */
async function start(script, env, address) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const faults = [];
  const url = await new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const found = address.exec(line)?.[1];
      if (found !== undefined) resolve(found);
      // pino's error level is 50.
      else if (/^\{"level":[5-9]\d/.test(line)) faults.push(line);
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened`)));
  });
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url,
    process: child,
    startMs: performance.now() - startedAt,
    /** Its logged errors, one JSON line each. */
    faults,
    /** Resident memory in MB of 1,000,000 bytes. */
    megabytes: () => residentMegabytes(child.pid),
    stop: () => end('SIGTERM'),
    /** Ends it as a crash would. */
    kill: () => end('SIGKILL'),
  };
}

/** Starts the sandbox with `sims` SIMs; `url` ends in /v1. */
export function startSandbox(sims) {
  return start(
    'dist/sandbox/main.js',
    { SANDBOX_PORT: '0', SANDBOX_SIMS: String(sims) },
    /Sandbox SIM API at (\S+)/,
  );
}

/**
 * Starts a gateway on the default account of the sandbox; `url` is the GraphQL endpoint. If `env` has neither DATA_DIR nor
 * DATABASE_URL, the gateway gets a temporary data folder, removed when it stops.
 */
export async function startGateway(simApiUrl, env = {}) {
  const folder = env.DATA_DIR || env.DATABASE_URL ? null : temporaryFolder();
  const account = { SIM_API_URL: simApiUrl, SIM_API_USERNAME: 'sandbox', SIM_API_PASSWORD: 'sandbox' };
  const own = folder === null ? {} : { DATA_DIR: folder.path };
  try {
    const gateway = await start(
      'dist/main.js',
      // Proofs that count calls of the SIM API turn the fleet sync off; proofs of the index turn it on.
      { PORT: '0', FLEET_SYNC_INTERVAL_MS: '0', ...account, ...own, ...env },
      /SIM Gateway at (\S+)/,
    );
    const stop = async () => {
      await gateway.stop();
      folder?.remove();
    };
    return { ...gateway, stop };
  } catch (error) {
    folder?.remove();
    throw error;
  }
}

/** Creates an empty folder, to be removed at the end. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'sim-gateway-proof-'));
  // A database may still write files just after its gateway has ended.
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  return { path, remove };
}

/** Sends an operation and returns `data` and `errors`. Throws if there is no answer. */
export async function ask(url, text, variables, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
}

/** Runs a query and returns its data. Throws if there is an error. */
export async function query(url, text, variables, headers = {}) {
  const { data, errors } = await ask(url, text, variables, headers);
  if (errors) throw new Error(JSON.stringify(errors[0]));
  return data;
}

function residentMegabytes(pid) {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round((Number(kilobytes) * 1024) / 1e6);
  } catch {
    return Number.NaN;
  }
}

/** A port of loopback that is free now, for a program that cannot listen on port 0. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
