import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Starts the one sandbox that all tests share, each in a world of its own, and tells them where it is. */
export default async function startSharedSandbox(): Promise<void> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/sandbox/main.js'], {
    env: { ...process.env, HOST: '127.0.0.1', SANDBOX_PORT: '0', SANDBOX_SIMS: '2000' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]): string[] => {
      throw new Error(`The sandbox ended with code ${code} before it listened; is dist/ built?`);
    }),
  ]);
  const origin = /http:\/\/[^/]+/.exec(String(line))?.[0];
  if (origin === undefined || child.pid === undefined) throw new Error(`The sandbox said: ${line}`);
  process.env.SANDBOX_ORIGIN = origin;
  process.env.SANDBOX_PID = String(child.pid);
}
