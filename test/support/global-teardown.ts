/** Stops the sandbox that all tests shared. */
// biome-ignore lint/style/noDefaultExport: jest loads its global teardown by the default export
export default function stopSharedSandbox(): void {
  const pid = Number(process.env.SANDBOX_PID);
  if (pid > 0) process.kill(pid, 'SIGTERM');
}
