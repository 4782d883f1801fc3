import { changeDirectly, stableByState } from './world.mjs';

/** Number of SIMs of the sandbox that the bulk proofs need: two times 20,000 and SIMs of all states. */
export const bulkFleet = 43_000;

const size = 20_000;
const locked = '8937204999000002024';
const takesNoSms = '8937204999000002404';
const group = 'Bulk proof';
/** A data limit above this value is never reached by a SIM of the sandbox on its own. */
const limitMegabytes = 40;

/**
 * The targets of two operations on a new fleet. `sms`: all ICCIDs of a group created here, including SIMs that take no message.
 * `suspend`: a list that includes SIMs that are already suspended, SIMs that cannot be suspended and a locked SIM.
 */
export async function bulkTargets(world, sandboxUrl) {
  const steady = (await world.sims()).filter(
    ({ data_limit: limit, iccid }) => !(limit > 0 && limit < limitMegabytes) && iccid !== locked,
  );
  const byState = stableByState(steady);
  const some = (state, from, count) => byState.get(state).slice(from, from + count);
  const takers = [...byState.get('LIVE'), ...byState.get('OFFLINE')].slice(-(size - 16));
  const sms = { group, iccids: [...takers, ...some('SHIPPING', 0, 15), takesNoSms] };
  await changeDirectly(sandboxUrl, '/set_group', { group }, sms.iccids);

  const suspended = steady.filter(
    ({ status }) => status.primary === 'ON' && status.secondary === 'SUSPENDED',
  );
  const alreadySo = suspended.slice(0, 100).map(({ iccid }) => iccid);
  const refusedSims = [...some('SHIPPING', 15, 12), ...some('CLOSED', 0, 12), locked];
  const live = some('LIVE', 0, size - alreadySo.length - refusedSims.length);
  // Spread over the list, as in a real list.
  const every = Math.floor(live.length / (alreadySo.length + refusedSims.length));
  const iccids = live.flatMap((iccid, index) => {
    const other = index % every === 0 ? [...alreadySo, ...refusedSims][index / every] : undefined;
    return other === undefined ? [iccid] : [iccid, other];
  });
  for (const { length } of [sms.iccids, iccids])
    if (length !== size) throw new Error(`a target has ${length} SIMs instead of ${size}`);
  return { sms, suspend: { iccids, alreadySo, list: iccids.join('\n') } };
}
