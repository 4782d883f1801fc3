import { type Change, maxSimsOf, requestOf } from './actions/registry.ts';
import type { Batches, BatchOutcome } from './batches.ts';
import type { Caller } from './caller.ts';
import type { InferredRows } from './endpoints.ts';
import { Garbled } from './errors.ts';
import type { BeforeSend } from './pending-call.ts';
import { iccidTextOf, isRecord } from './wire/value.wire.ts';

export interface Control {
  /**
   * Sends one change for any number of SIMs, in as few calls as the limits allow. Repeats a call only after a failure that surely kept it
   * from being carried out. Calls `onOutcome` as outcomes arrive and ends when all are reported; every ICCID is in exactly one outcome.
   * `answer` true means accepted, not yet done. A failure applies to the whole call: some of its SIMs may have been changed nevertheless.
   * If the answer names SIMs, those it leaves out are Garbled: their outcome is unknown. `beforeSend` is called right before each call is
   * sent; a call that it withholds is Unreachable, surely not sent.
   * Source: docs/sim-api.md "Changes".
   */
  send(
    change: Change,
    iccids: readonly string[],
    beforeSend: BeforeSend,
    onOutcome: (outcome: BatchOutcome<true>) => Promise<void>,
  ): Promise<void>;
  /** How many SIMs with an ICCID as long as this one fit into a call of a change; at least 1. */
  simsPerCall(change: Change, iccid: string): number;
}

export function createControl(
  caller: Caller,
  batches: Batches,
  inferred: InferredRows,
  smsSimsPerCall: number,
): Control {
  const callOf = (change: Change) => {
    const maxSims = maxSimsOf(change, { smsSimsPerCall });
    const request = requestOf(change, inferred);
    return { request, keyName: 'iccid' as const, ...(maxSims !== undefined && { maxSims }) };
  };

  return {
    simsPerCall: (change, iccid) => batches.room(callOf(change), iccid),

    async send(change, iccids, beforeSend, onOutcome) {
      const asked = callOf(change);
      const { request } = asked;
      await batches.run(iccids, {
        ...asked,
        run: async (batch) => namedIn(await caller.call(request, 'iccid', batch, { beforeSend })),
        async onOutcome(outcome) {
          const parts =
            'failure' in outcome ? [outcome] : acceptance(request.operation, outcome.keys, outcome.answer);
          await Promise.all(parts.map(onOutcome));
        },
      });
    },
  };
}

/** ICCIDs that the answer to a change names; null if it names no SIMs, such as a message or `OK`. */
function namedIn(json: unknown): ReadonlySet<unknown> | null {
  const list = isRecord(json) ? (json.sims ?? (json.iccid == null ? undefined : [json])) : json;
  if (!Array.isArray(list)) return null;
  return new Set(list.map((sim) => (isRecord(sim) ? iccidTextOf(sim.iccid) : null)));
}

function acceptance(
  operation: string,
  keys: readonly string[],
  named: ReadonlySet<unknown> | null,
): BatchOutcome<true>[] {
  const accepted = named === null ? keys : keys.filter((key) => named.has(key));
  const missing = named === null ? [] : keys.filter((key) => !named.has(key));
  return [
    ...(accepted.length > 0 ? [{ keys: accepted, answer: true } as const] : []),
    ...(missing.length > 0
      ? [{ keys: missing, failure: new Garbled(operation, 'a SIM is missing from the answer') }]
      : []),
  ];
}
