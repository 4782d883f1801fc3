import { readFileSync } from 'node:fs';
import type { RunningGateway } from './gateway.ts';

/** The processes of the workers of a gateway with WORKERS > 1. */
export function workerPids({ process: { pid } }: RunningGateway): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child.trim() !== '')
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('main.js'));
}

/** The workers that have logged a line with this message. */
export function workersThatLogged(gateway: RunningGateway, message: string): unknown[] {
  return gateway.logged().flatMap(({ msg, worker }) => (msg === message ? [worker] : []));
}
