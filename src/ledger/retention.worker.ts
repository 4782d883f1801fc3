import type { Log } from '../base/log.ts';
import { StoreUnavailable } from '../store/index.ts';
import type { AuditStore } from './audit.store.ts';

const everyMs = 3_600_000;

/** Deletes old audit entries now and every hour; `retentionDays` 0 keeps all of them, and only expired idempotency keys are deleted. Replicas may do so concurrently. */
export function startRetention(store: AuditStore, retentionDays: number, log: Log): { stop(): void } {
  let hasStopped = false;
  const forget = () => {
    store.forget(retentionDays).then(
      (rows) => {
        if (rows > 0) log.info({ rows }, 'old audit entries deleted');
      },
      (error: Error) => {
        // A failure after the stop is expected: the connections are closed.
        if (hasStopped) return;
        const detail = error instanceof StoreUnavailable ? error.detail : error.message;
        log.warn({ detail }, 'old audit entries could not be deleted; next attempt in an hour');
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
