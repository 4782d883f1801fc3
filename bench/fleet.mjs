/** The made-up fleet that the stub serves: the same SIMs in every run, in the form of the SIM API. */

export const fleetSize = 10_000;

const states = [
  ...Array.from({ length: 6 }, () => ({ state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } })),
  { state: 'OFFLINE', status: { primary: 'ON', secondary: 'SUSPENDED' } },
  { state: 'OFFLINE', status: { primary: 'OFF' } },
  { state: 'TEST', status: { primary: 'ON', secondary: 'TEST' } },
  { state: 'SHIPPING', status: { primary: 'OFF' } },
];
export const groups = [
  'Meters',
  'Pilot',
  'Scooters Riga',
  'Scooters Tallinn',
  'Spare',
  'Trackers',
  'Vending',
];
const devices = ['scooter', 'tracker', 'meter', 'gateway', 'kiosk', 'camera'];

const dayMs = 86_400_000;
const firstInstantMs = Date.UTC(2026, 0, 1);

/** A number below `range` that depends on both arguments and shows no pattern. */
function scatter(index, salt, range) {
  let mixed = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x297a2d39);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % range;
}

const iccidPrefix = '8937204';
const iccidStep = 97;
const firstIccidEnd = 100_000_000_000;

/** ICCIDs ascend with the index. */
export const iccidOf = (index) => `${iccidPrefix}${index * iccidStep + firstIccidEnd}`;

/** The index of an ICCID; NaN if no SIM has it. */
export function indexOf(iccid) {
  const index = (Number(iccid.slice(iccidPrefix.length)) - firstIccidEnd) / iccidStep;
  return iccid.startsWith(iccidPrefix) && Number.isInteger(index) && index >= 0 ? index : Number.NaN;
}

/** One SIM in the form of the SIM API. It is never in transition, so that the gateway does not poll it. */
export function simOf(index) {
  const at = (salt, days) => firstInstantMs + scatter(index, salt, days) * dayMs;
  return {
    iccid: iccidOf(index),
    name: `${devices[scatter(index, 1, devices.length)]}-${String(index + 1).padStart(5, '0')}`,
    ...(scatter(index, 2, 10) !== 0 && { group: groups[scatter(index, 3, groups.length)] }),
    type: 'UICC',
    form: '2/3/4FF industrial',
    msisdn: `3725${String(index * 7 + 10_000_000)}`,
    imsi: `24801${String(index * 13 + 1_000_000_000)}`,
    imei: `35${String(index * 31 + 1_000_000_000_000)}`,
    apn: scatter(index, 4, 3) === 0 ? 'private.iot' : 'iot',
    data_limit: scatter(index, 5, 4) === 0 ? null : 100 * (1 + scatter(index, 6, 10)),
    ...states[scatter(index, 7, states.length)],
    lastNetworkActivityMillis: at(8, 300),
    lastModifiedMillis: at(9, 300),
    lastDataSessionMillis: at(10, 300),
    lastUsageUpdate: at(11, 300),
  };
}

/** The cost of one SIM in a month in the form of the SIM API. */
export function costOf(index, { month, year }) {
  // Many SIMs use little, and some use much.
  const bytes = Math.round((scatter(index, 12, 1000) / 1000) ** 4 * 1e9) + scatter(index, 13, 1000);
  return {
    iccid: iccidOf(index),
    data_plan: 'Europe 1',
    data_used: bytes,
    data_cost: Math.round(bytes / 1000) / 100_000,
    currency: 'EUR',
    month,
    year,
  };
}
