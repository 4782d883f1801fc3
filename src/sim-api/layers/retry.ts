import { backoffMs } from '../../base/backoff.ts';
import type { Log } from '../../base/log.ts';
import { BadRequest, Garbled, Rejected, Unreachable } from '../errors.ts';
import type { PendingCall } from '../pending-call.ts';
import type { Layer } from './layer.ts';

/** Maximum tries of a call; the deadline may end them sooner. */
const maxTries = 4;
/** A read with a garbled answer is retried once. */
const maxGarbledTries = 2;
const backoff = { firstMs: 100, maxMs: 2000 };

/** Retries a call until it succeeds, the deadline passes, or another try might carry out a change twice. */
export const retry =
  (log: Log): Layer =>
  (next) =>
  async (call) => {
    for (let tries = 1; ; tries++) {
      try {
        return await next(call);
      } catch (error) {
        const pauseMs = backoffMs(tries - 1, backoff) * (0.5 + Math.random());
        if (!mayRepeat(call, error, tries) || pauseMs >= call.remainingMs()) throw error;
        log.debug({ operation: call.operation, tries, detail: String(error) }, 'retrying SIM API call');
        await call.sleep(pauseMs).catch(() => {
          throw error;
        });
      }
    }
  };

/** Whether a retry is harmless and useful: for a read nearly always, for a change only if it was surely not sent. */
function mayRepeat({ method, options }: PendingCall, error: unknown, tries: number): boolean {
  if (options.isProbe || tries >= maxTries) return false;
  if (error instanceof Unreachable) {
    const mayPass = error.reason === 'timeout' || error.reason === 'unavailable';
    return mayPass && error.retryAfterSeconds === null && (method !== 'PUT' || error.surelyNotSent);
  }
  if (method === 'PUT') return false;
  if (error instanceof BadRequest) return false;
  if (error instanceof Garbled) return tries < maxGarbledTries;
  return error instanceof Rejected && error.code === 'E000';
}
