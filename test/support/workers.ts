import { readFileSync } from 'node:fs';
import type { RunningGateway } from './gateway.ts';

/** The processes of the workers of a gateway with WORKERS > 1. */
export function workerPids({ process: { pid } }: RunningGateway): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child.trim() !== '')
    .map(Number)
    .filter((child) => commandOf(child).includes('main.js'));
}

/** The command line of a process; empty if it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** The workers that have logged a line with this message. */
export function workersThatLogged(gateway: RunningGateway, message: string): unknown[] {
  return gateway.logged().flatMap(({ msg, worker }) => (msg === message ? [worker] : []));
}
