import { changeDirectly, stableByState } from './world.mjs';

/** SIMs of the sandbox that bulk proofs need: two times 20,000, SIMs of all states among them. */
export const bulkFleet = 43_000;

const size = 20_000;
const locked = '8937204999000002024';
const takesNoSms = '8937204999000002404';
const group = 'Bulk proof';
/** A limit above this is not one that a SIM of the sandbox reaches by itself. */
const limitMegabytes = 40;

/**
 * The targets of two operations over a fleet that has just begun: `sms` with all ICCIDs of a group that is made here, SIMs among
 * them that take no message; `suspend` with a list, where some SIMs are suspended already, some cannot be and one is locked.
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
  // Far from each other, as they would be in anybody's list.
  const every = Math.floor(live.length / (alreadySo.length + refusedSims.length));
  const iccids = live.flatMap((iccid, index) => {
    const other = index % every === 0 ? [...alreadySo, ...refusedSims][index / every] : undefined;
    return other === undefined ? [iccid] : [iccid, other];
  });
  for (const { length } of [sms.iccids, iccids])
    if (length !== size) throw new Error(`a target has ${length} SIMs instead of ${size}`);
  return { sms, suspend: { iccids, alreadySo, list: iccids.join('\n') } };
}
