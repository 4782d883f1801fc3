import { DEFAULT_WORLD, startSandbox } from './sandbox.ts';
import { readSettings } from './settings.ts';

try {
  const settings = readSettings();
  const sandbox = await startSandbox(settings);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.stop());
  }
  process.stdout.write(
    `Sandbox SIM API at ${sandbox.url} (${settings.sims} SIMs, user ${DEFAULT_WORLD}, password ${DEFAULT_WORLD}; made anew at each start)\n`,
  );
  if (sandbox.isOpen)
    process.stderr.write(
      'SANDBOX_ALLOWED_HOSTS is not set: the sandbox serves requests with any Host header.\n',
    );
} catch (error) {
  process.stderr.write(`The sandbox could not start. ${reasonOf(error)}\n`);
  process.exitCode = 1;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  return code === 'EADDRINUSE' ? `Port ${port} is taken: set SANDBOX_PORT to another one.` : error.message;
}
