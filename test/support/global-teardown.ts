import { rmSync } from 'node:fs';
import { waitFor } from './wait-for.ts';

export default async function stopShared(): Promise<void> {
  process.kill(Number(process.env.SANDBOX_PID), 'SIGTERM');
  const { TEST_DATABASE_PID: pid, TEST_DATABASE_FOLDER: folder } = process.env;
  if (pid === undefined || folder === undefined) return;
  process.kill(Number(pid), 'SIGTERM');
  await waitFor(() => !isAlive(Number(pid)));
  rmSync(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
