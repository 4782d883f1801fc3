import DataLoader from 'dataloader';
import { badUserInput, fromFailure, GatewayError, itemOf } from '../../errors/gateway-error.ts';
import type { Sim, SimApi } from '../../sim-api/index.ts';
import { decodeNodeId } from '../common/node-id.ts';
import { nullIf } from '../common/null-if-missing.ts';
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
  keep(sim: Sim): void;
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
      return ref.eid == null ? iccids.load(iccidOfKeys(ref)) : eids.load(ref.eid);
    },
    async byRefs(refs) {
      const read = await Promise.all(refs.map((ref) => loader.byRef(ref).catch(fromFailure)));
      return foundByAnyKey(refs, read);
    },
    knownIccids: (refs) => refs.flatMap((ref) => knownIccid(ref) ?? []),
    async iccidOf(ref) {
      return ref.eid == null ? iccidOfKeys(ref) : (await eids.load(ref.eid)).iccid;
    },
    keep: (sim) => {
      iccids.prime(sim.iccid, sim);
    },
  };
  return loader;
}

/** What was read of each ref; if that failed, the SIM that another ref found under the same ICCID or EID. */
function foundByAnyKey(refs: readonly SimRef[], read: readonly (Sim | Error)[]): (Sim | Error)[] {
  const byKey = new Map<string, Sim | null>();
  for (const sim of read) {
    if (sim instanceof Error) continue;
    byKey.set(sim.iccid, sim);
    if (sim.eid === null) continue;
    // Null: several SIMs have this EID.
    const isOther = byKey.has(sim.eid) && byKey.get(sim.eid)?.iccid !== sim.iccid;
    byKey.set(sim.eid, isOther ? null : sim);
  }
  return read.map((sim, index) => {
    // What is wrong with a ref itself is not made good by another one.
    if (!(sim instanceof Error) || (sim instanceof GatewayError && sim.code === 'BAD_USER_INPUT')) return sim;
    const { eid } = refs[index] ?? {};
    return byKey.get(eid ?? knownIccid(refs[index] ?? {}) ?? '') ?? sim;
  });
}

function iccidOfKeys(ref: SimRef): string {
  const iccid = knownIccid(ref);
  if (iccid === undefined) throw badUserInput('id', 'must be the global id of a SIM, as Sim.id gives it');
  return iccid;
}

function knownIccid({ iccid, id }: SimRef): string | undefined {
  if (iccid != null) return iccid;
  const key = id == null ? undefined : decodeNodeId(id);
  return key?.type === 'Sim' ? key.iccid : undefined;
}
