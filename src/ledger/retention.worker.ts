import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { AuditStore } from './audit.store.ts';

const everyMs = 3_600_000;

/**
 * Forgets old audit entries now and every hour, apart from all requests; `keepDays` 0 keeps them for ever. Replicas may do it
 * side by side.
 */
export function startRetention(store: AuditStore, retentionDays: number, log: Log): { stop(): void } {
  let hasStopped = false;
  const forget = () => {
    store.forget(retentionDays).then(
      (rows) => {
        if (rows > 0) log.info({ rows }, 'audit entries forgotten');
      },
      (error: Error) => {
        // The gateway closes its connections when it stops.
        if (hasStopped) return;
        const detail = error instanceof StoreUnavailable ? error.detail : error.message;
        log.warn({ detail }, 'audit entries could not be forgotten; tried again in an hour');
      },
    );
  };
  forget();
  const timer = setInterval(forget, everyMs);
  return {
    stop() {
      hasStopped = true;
      clearInterval(timer);
    },
  };
}
