import { Unreachable } from '../errors.ts';
import type { PendingCall } from '../pending-call.ts';
import type { Layer } from './layer.ts';

/**
 * Claims the rows of a change right before it is sent, and sends it only if at least `minTimeMs` is left: otherwise its answer could come
 * too late. A read is only checked once more: after this layer nothing waits. Errors: Unreachable (surely not sent); those of `beforeSend`.
 */
export const claim =
  (minTimeMs: number): Layer =>
  (next) =>
  (call) => {
    if (call.method === 'PUT')
      return claimRows(call).then(() => {
        call.check(minTimeMs);
        return next(call);
      });
    call.check(1);
    return next(call);
  };

async function claimRows({ operation, options: { beforeSend, keys } }: PendingCall): Promise<void> {
  if (beforeSend !== undefined && !(await beforeSend(keys)))
    throw new Unreachable(operation, 'withheld', true, 'the change could not be recorded');
}
