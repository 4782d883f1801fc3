import { fromFailure, GatewayError, itemOf } from '../errors/index.ts';
import type { Sim, SimApi } from '../sim-api/index.ts';

export type SimKey = { readonly iccid: string } | { readonly eid: string };

/**
 * Reads SIMs in as few calls as the limits allow. Shape: same length and order as the keys, with an Error for each SIM that cannot be read:
 * SIM_NOT_FOUND, or the failure of the SIM API. Source: `/get_sims`.
 */
export async function readSims(simApi: SimApi, keys: readonly SimKey[]): Promise<(Sim | Error)[]> {
  const [byIccid, byEid] = await Promise.all([
    readBy(simApi, 'iccid', unique(keys, 'iccid')),
    readBy(simApi, 'eid', unique(keys, 'eid')),
  ]);
  const read = keys.map((key) => ('iccid' in key ? byIccid(key.iccid) : byEid(key.eid)));
  return foundByAnyKey(keys, read);
}

function unique(keys: readonly SimKey[], name: 'iccid' | 'eid'): string[] {
  return [
    ...new Set(keys.flatMap((key) => (name in key ? ((key as Record<string, string>)[name] ?? []) : []))),
  ];
}

async function readBy(
  simApi: SimApi,
  name: 'iccid' | 'eid',
  keys: readonly string[],
): Promise<(key: string) => Sim | Error> {
  if (keys.length === 0) return () => new GatewayError('SIM_NOT_FOUND');
  try {
    const found = await simApi.sims.byKey(name, keys);
    return (key) => itemOf(found, key, 'SIM_NOT_FOUND', name === 'iccid' ? [key] : []);
  } catch (error) {
    return () => fromFailure(error);
  }
}

/** The result for each key. A failed read is replaced by the SIM with that ICCID or EID if another key found it. */
export function foundByAnyKey(
  keys: readonly (SimKey | undefined)[],
  read: readonly (Sim | Error)[],
): (Sim | Error)[] {
  const byKey = new Map<string, Sim | null>();
  for (const sim of read) {
    if (sim instanceof Error) continue;
    byKey.set(sim.iccid, sim);
    if (sim.eid === null) continue;
    // Null if several SIMs have this EID.
    const isOther = byKey.has(sim.eid) && byKey.get(sim.eid)?.iccid !== sim.iccid;
    byKey.set(sim.eid, isOther ? null : sim);
  }
  return read.map((sim, index) => {
    const key = keys[index];
    if (!(sim instanceof Error) || key === undefined) return sim;
    return byKey.get('iccid' in key ? key.iccid : key.eid) ?? sim;
  });
}
