import type { ServerResponse } from 'node:http';
import { sendJson } from './answer.ts';

/** What the gateway knows of its own health. */
export interface Health {
  /** False from the moment it begins to stop: no new requests should be sent here. */
  isReady(): boolean;
}

/** Answers `/health/live` and `/health/ready`; false where the path is neither. A SIM API that is down makes nobody unready: every replica would be. */
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
