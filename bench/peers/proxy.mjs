/** Peer: passes the bytes of the SIM API through. An upper bound for a program that reads from it; its answers have another form. */
import { jsonOf, serve } from './serve.mjs';
import { costsTarget, simsTarget } from './targets.mjs';
import { fetchBytes } from './upstream.mjs';

const sims = (_, parts) => fetchBytes(simsTarget(jsonOf(parts).iccids));

async function simsAndCosts(_, parts) {
  const { iccids } = jsonOf(parts);
  return Buffer.concat(await Promise.all([fetchBytes(simsTarget(iccids)), fetchBytes(costsTarget(iccids))]));
}

serve({ w1: (iccid) => fetchBytes(simsTarget([iccid])), w2: simsAndCosts, w3: sims });
