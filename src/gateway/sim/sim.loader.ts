import DataLoader from 'dataloader';
import { foundByAnyKey } from '../../changes/index.ts';
import { fromFailure, itemOf } from '../../errors/index.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import { nullIf } from '../common/null-if-missing.ts';
import { keyOf, keyOrNone } from '../common/sim-key.ts';
import type { SimRef } from './sim-ref.type.ts';

/** Reads SIMs for one request; every SIM is read once, by whatever key it is named. */
export interface SimLoader {
  /** Errors: SIM_NOT_FOUND and what the SIM API fails with. */
  byIccid(iccid: string): Promise<Sim>;
  /** Null where the account has no such SIM. Errors: what the SIM API fails with. */
  byIccidOrNull(iccid: string): Promise<Sim | null>;
  /** Errors: BAD_USER_INPUT where the id is no SIM's, and those of `byIccid`. */
  byRef(ref: SimRef): Promise<Sim>;
  /**
   * Same length and order as the refs; a SIM that cannot be had is an Error at its place. A SIM that was read by one of its keys is
   * the SIM of every ref that names it, also of one whose own read failed.
   */
  byRefs(refs: readonly SimRef[]): Promise<(Sim | Error)[]>;
  /** The ICCIDs that refs name without a read upstream; EIDs, and ids of no SIM, are passed over. */
  knownIccids(refs: readonly SimRef[]): string[];
  /** The ICCID of the SIM that a ref names, read upstream only where the ref is an EID. */
  iccidOf(ref: SimRef): Promise<string>;
  /** Keeps a SIM that was read on another way. */
  prime(sim: Sim): void;
}

/** A loader of SIMs over `/get_sims`. */
export function createSimLoader(simApi: SimApi): SimLoader {
  const iccids = new DataLoader<string, Sim>(async (keys) => {
    const found = await simApi.sims.byKey('iccid', keys);
    return keys.map((iccid) => itemOf(found, iccid, 'SIM_NOT_FOUND', [iccid]));
  });
  const eids = new DataLoader<string, Sim>(async (keys) => {
    const found = await simApi.sims.byKey('eid', keys);
    const sims = keys.map((eid) => itemOf(found, eid, 'SIM_NOT_FOUND', []));
    for (const sim of sims) if (!(sim instanceof Error)) iccids.prime(sim.iccid, sim);
    return sims;
  });

  const loader: SimLoader = {
    byIccid: (iccid) => iccids.load(iccid),
    byIccidOrNull: (iccid) => nullIf('SIM_NOT_FOUND', true, iccids.load(iccid)),
    async byRef(ref) {
      const key = keyOf(ref);
      return 'iccid' in key ? iccids.load(key.iccid) : eids.load(key.eid);
    },
    async byRefs(refs) {
      const read = await Promise.all(refs.map((ref) => loader.byRef(ref).catch(fromFailure)));
      return foundByAnyKey(refs.map(keyOrNone), read);
    },
    knownIccids: (refs) =>
      refs.flatMap((ref) => {
        const key = keyOrNone(ref);
        return key !== undefined && 'iccid' in key ? key.iccid : [];
      }),
    async iccidOf(ref) {
      const key = keyOf(ref);
      return 'iccid' in key ? key.iccid : (await eids.load(key.eid)).iccid;
    },
    prime: (sim) => {
      iccids.prime(sim.iccid, sim);
    },
  };
  return loader;
}
