/** Batched reads that the GraphQL peers with undici share. */
import { costsTarget, monthText, simsTarget } from './targets.mjs';
import { fetchJson } from './upstream.mjs';

const inOrder = (iccids, items) => {
  const byIccid = new Map(items.map((item) => [item.iccid, item]));
  return iccids.map((iccid) => byIccid.get(iccid) ?? null);
};

export async function readSims(iccids) {
  const { sims } = await fetchJson(simsTarget(iccids));
  return inOrder(iccids, sims);
}

export async function readCosts(iccids) {
  const costs = await fetchJson(costsTarget(iccids));
  return inOrder(iccids, costs).map(
    (cost) =>
      cost && {
        month: monthText,
        dataPlan: cost.data_plan,
        usedBytes: cost.data_used,
        cost: { amount: cost.data_cost, currency: cost.currency },
      },
  );
}
