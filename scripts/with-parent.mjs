/**
 * Preloaded (`node --import`) into each program that start.mjs runs. Stops the program when its parent ends (the IPC channel closes
 * even on SIGKILL), so that no orphaned server holds a port.
 */
import process from 'node:process';
import { stopTimeoutMs } from './stop-timeout.mjs';

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), stopTimeoutMs()).unref();
});
// The listener would make the channel keep the process alive, but a program that has closed its servers must end.
process.channel?.unref();
