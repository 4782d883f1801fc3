/** Stops the sandbox that all tests shared. */
export default function stopSharedSandbox(): void {
  const pid = Number(process.env.SANDBOX_PID);
  if (pid > 0) process.kill(pid, 'SIGTERM');
}
