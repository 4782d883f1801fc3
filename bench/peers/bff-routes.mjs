/** The paths of a hand-written back end for one front end. It fetches, joins and serialises, and checks nothing. */
import { jsonOf } from './serve.mjs';
import { costsTarget, monthText, simsTarget } from './targets.mjs';
import { fetchBytes, fetchJson } from './upstream.mjs';

const byIccid = (items) => new Map(items.map((item) => [item.iccid, item]));

async function single(iccid) {
  const { sims } = await fetchJson(simsTarget([iccid]));
  const { name, state, msisdn, imsi, imei } = sims[0];
  return JSON.stringify({ data: { sim: { iccid, name, state, msisdn, imsi, imei } } });
}

async function costs(_, parts) {
  const { iccids } = jsonOf(parts);
  const [{ sims }, found] = await Promise.all([
    fetchJson(simsTarget(iccids)),
    fetchJson(costsTarget(iccids)),
  ]);
  const simOf = byIccid(sims);
  const costOf = byIccid(found);
  const simsByRef = iccids.map((iccid) => {
    const { name, state } = simOf.get(iccid);
    const cost = costOf.get(iccid);
    return {
      iccid,
      name,
      state,
      cost: {
        month: monthText,
        dataPlan: cost.data_plan,
        usedBytes: cost.data_used,
        cost: { amount: cost.data_cost, currency: cost.currency },
      },
    };
  });
  return JSON.stringify({ data: { simsByRef } });
}

async function wide(_, parts) {
  const { iccids } = jsonOf(parts);
  const { sims } = await fetchJson(simsTarget(iccids));
  const simOf = byIccid(sims);
  const simsByRef = iccids.map((iccid) => {
    const { name, state, msisdn, imsi, imei, type, apn } = simOf.get(iccid);
    return { iccid, name, state, msisdn, imsi, imei, type, apn };
  });
  return JSON.stringify({ data: { simsByRef } });
}

/** Sends a change and records nothing. */
async function reset(_, parts) {
  const { iccids } = jsonOf(parts);
  await fetchBytes(`/reset?iccid=${iccids.join(',')}`, 'PUT');
  const results = iccids.map((iccid) => ({ iccid, outcome: 'SUCCEEDED' }));
  return JSON.stringify({ data: { resetSims: { succeeded: iccids.length, results } } });
}

export const bffRoutes = { w1: single, w2: costs, w3: wide, w5: reset };
