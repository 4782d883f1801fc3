import type { Clock } from '../base/clock.ts';
import type { Batches } from './batches.ts';
import type { Caller, OnSimsRead } from './caller.ts';
import { type ApiRequest, reads, type SimKeyName } from './endpoints.ts';
import { isSimApiFailure } from './errors.ts';
import { type ByKey, type KeyedRead, readByKey, readPage } from './read-by-key.ts';
import type { Page } from './wire/page.wire.ts';
import { decodeSim, type Sim } from './wire/sim.wire.ts';

export interface Sims {
  /** Reads any number of SIMs by ICCID or EID. An absent key names no SIM of the account. Source: `/get_sims`. */
  byKey(keyName: SimKeyName, keys: readonly string[]): Promise<ByKey<Sim>>;
  /** How many SIMs with a key as long as this one fit into a call of `byKey`; at least 1. */
  perCall(keyName: SimKeyName, key: string): number;
  /** SIMs of the account from an offset on, in upstream order. Source: `/get_account_sims`. Errors: SimApiFailure. */
  accountPage(offset: number): Promise<Page<Sim>>;
  /** SIMs of a group from an offset on. Source: `/get_group_sims`. Errors: SimApiFailure. */
  groupPage(group: string, offset: number): Promise<Page<Sim>>;
}

const simsBy = (keyName: SimKeyName): KeyedRead<Sim> => ({
  request: reads.sims,
  keyName,
  listName: 'sims',
  decode: decodeSim,
  keyOf: (sim) => sim[keyName],
  absentCode: 'E002',
  oneSimCodes: ['E002'],
});
const readsByKey = { iccid: simsBy('iccid'), eid: simsBy('eid') } as const;

/** Reads of SIMs for one trace; `onSimsRead` is called with every result. */
export function createSims(
  caller: Caller,
  batches: Batches,
  clock: Clock,
  onSimsRead: OnSimsRead | undefined,
): Sims {
  const page = async (request: ApiRequest, offset: number) => {
    const askedAtMs = clock.monotonicMs();
    const read = await readPage(caller, { request, listName: 'sims', offset, decode: decodeSim });
    onSimsRead?.(read.items, [], askedAtMs);
    return read;
  };
  const report = (keyName: SimKeyName) => (found: ByKey<Sim>, keys: readonly string[], askedAtMs: number) => {
    const sims: Sim[] = [];
    for (const sim of found.values()) if (!isSimApiFailure(sim)) sims.push(sim);
    onSimsRead?.(sims, keyName === 'iccid' ? keys.filter((key) => !found.has(key)) : [], askedAtMs);
  };
  return {
    byKey: (keyName, keys) =>
      readByKey(caller, batches, keys, { ...readsByKey[keyName], onRead: onSimsRead && report(keyName) }),
    perCall: (keyName, key) => batches.room({ request: reads.sims(), keyName }, key),
    accountPage: (offset) => page(reads.accountSims(offset), offset),
    groupPage: (group, offset) => page(reads.groupSims(group, offset), offset),
  };
}
