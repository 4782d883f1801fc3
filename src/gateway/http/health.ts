import type { ServerResponse } from 'node:http';
import { sendJson } from './answer.ts';

export interface Health {
  /** False as soon as shutdown begins: this gateway should receive no new requests. */
  isReady(): boolean;
}

/**
 * Answers `/health/live` and `/health/ready`; false for any other path. A SIM API that is down does not make a gateway unready, since
 * every replica would become unready.
 */
export function handleHealth(path: string, health: Health, response: ServerResponse): boolean {
  if (path === '/health/live') {
    sendJson(response, 200, { status: 'live' });
    return true;
  }
  if (path !== '/health/ready') return false;
  const ready = health.isReady();
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'stopping' });
  return true;
}
