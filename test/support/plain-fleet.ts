import { askSimApi } from './fleet.ts';
import type { WireSim, World } from './sandbox.ts';

/** A SIM with the fields that can be filtered or sorted by. */
export interface PlainSim {
  iccid: string;
  eid: string | null;
  name: string | null;
  group: string | null;
  msisdn: string | null;
  imsi: string | null;
  imei: string | null;
  type: string | null;
  state: string;
  isTransitioning: boolean;
  limitMegabytes: number | null;
  usedBytes: number | null;
  usedPercent: number | null;
  lastNetworkActivity: number | null;
  lastDataSession: number | null;
  lastModified: number | null;
}

/** A filter in the form of SimFilter. */
export interface PlainFilter {
  states?: string[] | null;
  isTransitioning?: boolean | null;
  groups?: string[] | null;
  inNoGroup?: boolean | null;
  search?: string | null;
  types?: string[] | null;
  isEsim?: boolean | null;
  usedPercentAtLeast?: number | null;
  lastDataSessionBefore?: string | null;
  lastDataSessionAfter?: string | null;
}

/** Sort fields and the values that they compare. */
export const sortedBy: Readonly<Record<string, (sim: PlainSim) => string | number | null>> = {
  ICCID: ({ iccid }) => iccid,
  NAME: ({ name }) => name,
  GROUP: ({ group }) => group,
  STATE: ({ state }) => state,
  USED_BYTES: ({ usedBytes }) => usedBytes,
  USED_PERCENT: ({ usedPercent }) => usedPercent,
  LAST_NETWORK_ACTIVITY: ({ lastNetworkActivity }) => lastNetworkActivity,
  LAST_DATA_SESSION: ({ lastDataSession }) => lastDataSession,
  LAST_MODIFIED: ({ lastModified }) => lastModified,
};

/** All states, in the order of a fleet summary. */
export const allStates = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'UNKNOWN'];

/** Reads the whole fleet of a world, with the usage of this month, from the SIM API. */
export async function plainFleet(world: World): Promise<PlainSim[]> {
  const wire = await world.sims({ limit: 10_000 });
  const used = new Map<string, number>();
  for (let start = 0; start < wire.length; start += 200) {
    const iccids = wire.slice(start, start + 200).map(({ iccid }) => iccid);
    for (const cost of await askSimApi<{ iccid: string; data_used: number }[]>(
      world,
      `/get_sim_costs?iccid=${iccids.join()}`,
    ))
      used.set(cost.iccid, cost.data_used);
  }
  await world.clearCalls();
  return wire.map((sim) => plain(sim, used.get(sim.iccid) ?? null));
}

function plain(sim: WireSim, usedBytes: number | null): PlainSim {
  const limitMegabytes = (sim.data_limit ?? 0) > 0 ? (sim.data_limit as number) : null;
  return {
    iccid: sim.iccid,
    eid: text(sim.eid),
    name: text(sim.name),
    group: text(sim.group),
    msisdn: text(sim.msisdn),
    imsi: text(sim.imsi),
    imei: text(sim.imei),
    type: text(sim.type),
    state: allStates.includes(sim.state) ? sim.state : 'UNKNOWN',
    isTransitioning: sim.status?.primary === 'PENDING',
    limitMegabytes,
    usedBytes,
    usedPercent:
      usedBytes === null || limitMegabytes === null ? null : (usedBytes * 100) / (limitMegabytes * 1e6),
    lastNetworkActivity: instant(sim.lastNetworkActivityMillis),
    lastDataSession: instant(sim.lastDataSessionMillis),
    lastModified: instant(sim.lastModifiedMillis),
  };
}

/** The database stores a replacement character for NUL and for unpaired surrogates. */
const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd') : null;
const instant = (value: unknown) => (typeof value === 'number' && value > 0 ? value : null);

/** The SIMs that match, in any order. */
export function matching(sims: readonly PlainSim[], filter: PlainFilter | null): PlainSim[] {
  const isAny = <T>(values: readonly T[] | null | undefined, value: T) =>
    values == null || values.includes(value);
  const is = (asked: boolean | null | undefined, value: boolean) => asked == null || asked === value;
  const f = filter ?? {};
  return sims.filter(
    (sim) =>
      isAny(f.states, sim.state) &&
      is(f.isTransitioning, sim.isTransitioning) &&
      isAny<string | null>(f.groups, sim.group) &&
      is(f.inNoGroup, sim.group === null) &&
      (f.search == null || holds(sim, f.search)) &&
      isAny<string | null>(f.types, sim.type) &&
      is(f.isEsim, sim.eid !== null) &&
      (f.usedPercentAtLeast == null ||
        (sim.usedPercent !== null && sim.usedPercent >= f.usedPercentAtLeast)) &&
      (f.lastDataSessionBefore == null ||
        (sim.lastDataSession !== null && sim.lastDataSession < Date.parse(f.lastDataSessionBefore))) &&
      (f.lastDataSessionAfter == null ||
        (sim.lastDataSession !== null && sim.lastDataSession > Date.parse(f.lastDataSessionAfter))),
  );
}

/** Whether one of the searched fields contains a text, ignoring case. */
function holds({ name, iccid, msisdn, imsi, imei, eid }: PlainSim, part: string): boolean {
  return [name, iccid, msisdn, imsi, imei, eid].some(
    (field) => field !== null && small([...field].slice(0, maxCharacters).join('')).includes(small(part)),
  );
}

/** The index stores at most this many characters of a text. */
const maxCharacters = 255;
const small = (value: string) => [...value].map((one) => one.toUpperCase().toLowerCase()).join('');

/** Sorts SIMs: nulls last and ties by ascending ICCID, in both directions. */
export function inOrder(
  sims: readonly PlainSim[],
  { field = 'ICCID', direction = 'ASC' }: { field?: string; direction?: string },
): PlainSim[] {
  const sortValueOf = sortedBy[field];
  if (sortValueOf === undefined) throw new Error(`cannot sort by ${field}`);
  return [...sims].sort((a, b) => {
    const [one, other] = [sortValueOf(a), sortValueOf(b)];
    if (one === null || other === null)
      return Number(one === null) - Number(other === null) || byCodePoint(a.iccid, b.iccid);
    const compared = byCodePoint(one, other);
    return (direction === 'DESC' ? -compared : compared) || byCodePoint(a.iccid, b.iccid);
  });
}

/** Compares numbers, or texts by code point rather than by UTF-16 code unit. */
export function byCodePoint(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [[...String(a)], [...String(b)]];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
