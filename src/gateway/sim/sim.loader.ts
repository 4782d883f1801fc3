import { foundByAnyKey } from '../../changes/index.ts';
import { itemOf } from '../../errors/index.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import { ListLoader, unreadItem } from '../common/list-loader.ts';
import { nullIf } from '../common/null-if-missing.ts';
import { errorOfRef, keyOf, keyOrError, keyOrNone } from '../common/sim-key.ts';
import type { Sight } from '../sight.ts';
import type { SimRef } from './sim-ref.type.ts';

/** Reads SIMs for one request; each SIM is read once, by any of its keys. */
export interface SimLoader {
  /** Errors: SIM_NOT_FOUND and those of the SIM API. */
  byIccid(iccid: string): Promise<Sim>;
  /** Null if the account has no such SIM. Errors: those of the SIM API. */
  byIccidOrNull(iccid: string): Promise<Sim | null>;
  /** `field` is the path of the ref. Errors: BAD_USER_INPUT if the id is not the id of a SIM, and those of `byIccid`. */
  byRef(ref: SimRef, field: string): Promise<Sim>;
  /**
   * `field` is the path of the list. Same length and order as the refs; a SIM that cannot be read is an Error at its index. A SIM that was read by one of its keys serves
   * every ref that names it, also a ref whose own read failed.
   */
  byRefs(refs: readonly SimRef[], field: string): Promise<(Sim | Error)[]>;
  /** The ICCIDs in refs, without a call. EIDs and ids that are not ids of SIMs are skipped. */
  knownIccids(refs: readonly SimRef[]): string[];
  /** The ICCID of the SIM of a ref, whose path is `field`. An ICCID needs no call of the SIM API, unless the caller is limited to groups. */
  iccidOf(ref: SimRef, field: string): Promise<string>;
  /** Primes the cache with a SIM that was read elsewhere. */
  prime(sim: Sim): void;
}

/** Source: `/get_sims`; docs/sim-api.md "Reads". */
export function createSimLoader(simApi: SimApi, sight: Pick<Sight, 'groups' | 'show'>): SimLoader {
  const iccids = new ListLoader<Sim>(async (keys) => {
    const found = await simApi.sims.byKey('iccid', keys);
    return keys.map((iccid) => itemOf(found, iccid, 'SIM_NOT_FOUND', [iccid]));
  });
  const eids = new ListLoader<Sim>(async (keys) => {
    const found = await simApi.sims.byKey('eid', keys);
    const sims = keys.map((eid) => itemOf(found, eid, 'SIM_NOT_FOUND', []));
    for (const sim of sims) if (!(sim instanceof Error)) iccids.prime(sim.iccid, sim);
    return sims;
  });

  const loadEid = (eid: string, field: string) =>
    eids.load(eid).catch((error: Error) => {
      throw errorOfRef(error, field);
    });

  return {
    byIccid: (iccid) => iccids.load(iccid),
    byIccidOrNull: (iccid) => nullIf('SIM_NOT_FOUND', true, iccids.load(iccid)),
    async byRef(ref, field) {
      const key = keyOf(ref, field);
      return 'iccid' in key ? iccids.load(key.iccid) : loadEid(key.eid, field);
    },
    async byRefs(refs, field) {
      const keys = refs.map((ref, index) => keyOrError(ref, `${field}[${index}]`));
      await Promise.all([
        iccids.read(keys.flatMap((key) => ('iccid' in key ? key.iccid : []))),
        eids.read(keys.flatMap((key) => ('eid' in key ? key.eid : []))),
      ]);
      const read = keys.map((key, index): Sim | Error => {
        if (key instanceof Error) return key;
        const sim = ('iccid' in key ? iccids.peek(key.iccid) : eids.peek(key.eid)) ?? unreadItem();
        return sim instanceof Error ? errorOfRef(sim, `${field}[${index}]`) : sim;
      });
      const hasAll = !read.some((sim) => sim instanceof Error);
      return hasAll ? read : foundByAnyKey(refs.map(keyOrNone), read);
    },
    knownIccids: (refs) =>
      refs.flatMap((ref) => {
        const key = keyOrNone(ref);
        return key !== undefined && 'iccid' in key ? key.iccid : [];
      }),
    async iccidOf(ref, field) {
      const key = keyOf(ref, field);
      // A caller that is limited to groups may name a SIM of another one.
      if ('iccid' in key) return sight.groups === null ? key.iccid : (await iccids.load(key.iccid)).iccid;
      return (await loadEid(key.eid, field)).iccid;
    },
    prime: (sim) => iccids.prime(sim.iccid, sight.show(sim)),
  };
}
