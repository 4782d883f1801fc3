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
  offlineReason: string | null;
  isTransitioning: boolean;
  limitMegabytes: number | null;
  usedBytes: number | null;
  usedPercent: number | null;
  costAmount: number | null;
  lastNetworkActivity: number | null;
  lastDataSession: number | null;
  lastModified: number | null;
}

/** A filter in the form of SimFilter. */
export interface PlainFilter {
  iccids?: string[] | null;
  states?: string[] | null;
  offlineReasons?: string[] | null;
  isTransitioning?: boolean | null;
  groups?: string[] | null;
  inNoGroup?: boolean | null;
  search?: string | null;
  types?: string[] | null;
  isEsim?: boolean | null;
  usedBytesAtLeast?: number | null;
  usedBytesAtMost?: number | null;
  usedPercentAtLeast?: number | null;
  overDataLimit?: boolean | null;
  costAtLeast?: number | null;
  neverConnected?: boolean | null;
  lastNetworkActivityBefore?: string | null;
  lastNetworkActivityAfter?: string | null;
  neverHadDataSession?: boolean | null;
  lastDataSessionBefore?: string | null;
  lastDataSessionAfter?: string | null;
  lastModifiedBefore?: string | null;
  lastModifiedAfter?: string | null;
  or?: PlainFilter[] | null;
  not?: PlainFilter | null;
}

/** Sort fields and the values that they compare. */
export const sortedBy: Readonly<Record<string, (sim: PlainSim) => string | number | null>> = {
  ICCID: ({ iccid }) => iccid,
  NAME: ({ name }) => name,
  GROUP: ({ group }) => group,
  STATE: ({ state }) => state,
  USED_BYTES: ({ usedBytes }) => usedBytes,
  USED_PERCENT: ({ usedPercent }) => usedPercent,
  COST: ({ costAmount }) => costAmount,
  EID: ({ eid }) => eid,
  MSISDN: ({ msisdn }) => msisdn,
  LAST_NETWORK_ACTIVITY: ({ lastNetworkActivity }) => lastNetworkActivity,
  LAST_DATA_SESSION: ({ lastDataSession }) => lastDataSession,
  LAST_MODIFIED: ({ lastModified }) => lastModified,
};

/** All states, in the order of a fleet summary. */
export const allStates = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'UNKNOWN'];

interface PlainCost {
  readonly iccid: string;
  readonly data_used: number;
  readonly data_cost: number;
}

/** Reads the whole fleet of a world, with the usage and cost of this month, from the SIM API. */
export async function plainFleet(world: World): Promise<PlainSim[]> {
  const wire = await world.sims({ limit: 10_000 });
  const costs = new Map<string, PlainCost>();
  for (let start = 0; start < wire.length; start += 200) {
    const iccids = wire.slice(start, start + 200).map(({ iccid }) => iccid);
    for (const cost of await askSimApi<PlainCost[]>(world, `/get_sim_costs?iccid=${iccids.join()}`))
      costs.set(cost.iccid, cost);
  }
  await world.clearCalls();
  return wire.map((sim) => plain(sim, costs.get(sim.iccid)));
}

function plain(sim: WireSim, cost: PlainCost | undefined): PlainSim {
  const usedBytes = cost?.data_used ?? null;
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
    offlineReason: offlineReason(sim),
    isTransitioning: sim.status?.primary === 'PENDING',
    limitMegabytes,
    usedBytes,
    usedPercent:
      usedBytes === null || limitMegabytes === null ? null : (usedBytes * 100) / (limitMegabytes * 1e6),
    costAmount: cost?.data_cost ?? null,
    lastNetworkActivity: instant(sim.lastNetworkActivityMillis),
    lastDataSession: instant(sim.lastDataSessionMillis),
    lastModified: instant(sim.lastModifiedMillis),
  };
}

/** The database stores a replacement character for NUL and for unpaired surrogates. */
const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd') : null;
const instant = (value: unknown) => (typeof value === 'number' && value > 0 ? value : null);

/** Reasons by the words of the status pair: docs/sim-api.md "Status and state". */
function offlineReason({ state, status }: WireSim): string | null {
  if (state !== 'OFFLINE') return null;
  if (status?.secondary === 'SUSPENDED') return 'SUSPENDED';
  return [status?.primary, status?.secondary].includes('OFF') ? 'DEACTIVATED' : null;
}

/** The SIMs that match, in any order. */
export function matching(sims: readonly PlainSim[], filter: PlainFilter | null): PlainSim[] {
  return sims.filter((sim) => isMatch(sim, filter ?? {}));
}

function isMatch(sim: PlainSim, f: PlainFilter): boolean {
  return (
    isAny(f.iccids, sim.iccid) &&
    isAny(f.states, sim.state) &&
    isAny<string | null>(f.offlineReasons, sim.offlineReason) &&
    is(f.isTransitioning, sim.isTransitioning) &&
    isAny<string | null>(f.groups, sim.group) &&
    is(f.inNoGroup, sim.group === null) &&
    (f.search == null || holds(sim, f.search)) &&
    isAny<string | null>(f.types, sim.type) &&
    is(f.isEsim, sim.eid !== null) &&
    isFrom(f.usedBytesAtLeast, sim.usedBytes) &&
    (f.usedBytesAtMost == null || (sim.usedBytes !== null && sim.usedBytes <= f.usedBytesAtMost)) &&
    isFrom(f.usedPercentAtLeast, sim.usedPercent) &&
    is(f.overDataLimit, sim.usedPercent !== null && sim.usedPercent > 100) &&
    isFrom(f.costAtLeast, sim.costAmount) &&
    is(f.neverConnected, sim.lastNetworkActivity === null) &&
    isBetween(sim.lastNetworkActivity, f.lastNetworkActivityAfter, f.lastNetworkActivityBefore) &&
    is(f.neverHadDataSession, sim.lastDataSession === null) &&
    isBetween(sim.lastDataSession, f.lastDataSessionAfter, f.lastDataSessionBefore) &&
    isBetween(sim.lastModified, f.lastModifiedAfter, f.lastModifiedBefore) &&
    (f.or == null || f.or.some((each) => isMatch(sim, each))) &&
    (f.not == null || !isMatch(sim, f.not))
  );
}

function isAny<T>(values: readonly T[] | null | undefined, value: T): boolean {
  return values == null || values.includes(value);
}

const is = (asked: boolean | null | undefined, value: boolean) => asked == null || asked === value;

const isFrom = (min: number | null | undefined, value: number | null) =>
  min == null || (value !== null && value >= min);

const isBetween = (at: number | null, after: string | null | undefined, before: string | null | undefined) =>
  (after == null || (at !== null && at > Date.parse(after))) &&
  (before == null || (at !== null && at < Date.parse(before)));

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
