import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Starts one of the built programs and waits for the line that tells its address. */
async function start(script, env, address) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = address.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      startMs: performance.now() - startedAt,
      /** Resident memory, in megabytes of 1,000,000 bytes. */
      megabytes: () => residentMegabytes(child.pid),
      async stop() {
        child.kill('SIGTERM');
        if (child.exitCode === null) await once(child, 'exit');
      },
    };
  }
  throw new Error(`${script} ended before it listened`);
}

/** Starts the sandbox with so many SIMs; `url` ends in /v1. */
export function startSandbox(sims) {
  return start(
    'dist/sandbox/main.js',
    { SANDBOX_PORT: '0', SANDBOX_SIMS: String(sims) },
    /Sandbox SIM API at (\S+)/,
  );
}

/** Starts a gateway on the sandbox's own account; `url` is the GraphQL endpoint. */
export function startGateway(simApiUrl, env = {}) {
  const account = { SIM_API_URL: simApiUrl, SIM_API_USERNAME: 'sandbox', SIM_API_PASSWORD: 'sandbox' };
  return start('dist/main.js', { PORT: '0', ...account, ...env }, /SIM Gateway at (\S+)/);
}

/** Runs a query and gives its data. Throws where there is an error. */
export async function query(url, text, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  });
  const { data, errors } = await response.json();
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
