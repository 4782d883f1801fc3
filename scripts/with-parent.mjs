/**
 * Preloaded (`node --import`) into each program that start.mjs runs: the program stops when its parent is gone, however
 * the parent ended (the IPC channel closes even on SIGKILL). So no server is left behind that holds a port.
 */
import process from 'node:process';
import { stopTimeoutMs } from './stop-timeout.mjs';

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), stopTimeoutMs()).unref();
});
// A listener makes the channel keep the process alive, and a program that has closed its servers is to end.
process.channel?.unref();
