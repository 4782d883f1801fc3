import type { Batches, BatchOutcome } from './batches.ts';
import type { Call } from './caller.ts';
import type { Change } from './change.ts';
import { type InferredRows, requestOf } from './endpoints.ts';

/** Changes of SIMs. */
export interface Control {
  /**
   * Sends one change for any number of SIMs, in as few calls as the limits allow, and repeats a call only after what
   * surely kept it from being carried out. Shape: every ICCID in exactly one outcome; `answer` true means accepted, not
   * yet done. A failure stands for the whole call: whether some of its SIMs were changed all the same is not known.
   * Source: CONTRACT.md "Writes".
   */
  send(change: Change, iccids: readonly string[]): Promise<BatchOutcome<true>[]>;
}

/** Changes for one trace. */
export function createControl(call: Call, batches: Batches, inferred: InferredRows): Control {
  return {
    send(change, iccids) {
      const request = requestOf(change, inferred);
      return batches.run(iccids, {
        request,
        keyName: 'iccid',
        run: async (batch) => {
          await call(request, 'iccid', batch);
          return true as const;
        },
      });
    },
  };
}
