import type { Batches } from './batches.ts';
import type { Call } from './caller.ts';
import { reads, type SimKeyName } from './endpoints.ts';
import { type ByKey, readByKey } from './read-by-key.ts';
import { readPage } from './read-page.ts';
import type { Page } from './wire/page.wire.ts';
import { decodeSim, type Sim } from './wire/sim.wire.ts';

/** Reads of SIMs. */
export interface Sims {
  /** Any number of SIMs by ICCID or EID. A key that is not there names no SIM of the account. Source: `/get_sims`. */
  byKey(keyName: SimKeyName, keys: readonly string[]): Promise<ByKey<Sim>>;
  /** How many SIMs with keys like this one a call of `byKey` holds, one at least. */
  perCall(keyName: SimKeyName, key: string): number;
  /** The account's SIMs from an offset on, in upstream order. Source: `/get_account_sims`. Errors: SimApiFailure. */
  accountPage(offset: number): Promise<Page<Sim>>;
  /** A group's SIMs from an offset on. Source: `/get_group_sims`. Errors: SimApiFailure. */
  groupPage(group: string, offset: number): Promise<Page<Sim>>;
}

/** Reads of SIMs for one trace. */
export function createSims(call: Call, batches: Batches): Sims {
  return {
    byKey: (keyName, keys) =>
      readByKey(call, batches, keys, {
        request: reads.sims,
        keyName,
        listName: 'sims',
        decode: decodeSim,
        keyOf: (sim) => sim[keyName],
        absentCode: 'E002',
        oneSimCodes: ['E002'],
      }),
    perCall: (keyName, key) => batches.room({ request: reads.sims(), keyName }, key),
    accountPage: (offset) =>
      readPage(call, { request: reads.accountSims(offset), listName: 'sims', offset, decode: decodeSim }),
    groupPage: (group, offset) =>
      readPage(call, {
        request: reads.groupSims(group, offset),
        listName: 'sims',
        offset,
        decode: decodeSim,
      }),
  };
}
