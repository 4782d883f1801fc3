import { createSim, type Origin } from './create-sim.ts';
import { specialIccid, withLuhn } from './identity.ts';
import { hash } from './random.ts';
import type { Sim, SpecialCode, Status, StatusPeriod } from './sim.ts';

interface Special {
  readonly code: SpecialCode;
  readonly name: string;
  readonly status: Status;
}

const specials: readonly Special[] = [
  { code: 'E000', name: 'E000 reset and diagnostics break', status: 'LIVE' },
  { code: 'E003', name: 'E003 no diagnostics add-on', status: 'LIVE' },
  { code: 'E101', name: 'E101 no cost history', status: 'LIVE' },
  { code: 'E103', name: 'E103 no diagnostics', status: 'LIVE' },
  { code: 'E201', name: 'E201 closed', status: 'CLOSED' },
  { code: 'E202', name: 'E202 locked by an administrator', status: 'LIVE' },
  { code: 'E203', name: 'E203 refuses the IMEI lock', status: 'LIVE' },
  { code: 'E210', name: 'E210 used 25 MB', status: 'LIVE' },
  { code: 'E211', name: 'E211 data limit reached', status: 'SUSPENDED' },
  { code: 'E240', name: 'E240 takes no SMS', status: 'LIVE' },
];

const indexByIccid = new Map(specials.map(({ code }, index) => [specialIccid(code), index]));

/** Number of special SIMs, each of which shows an error code. */
export const SPECIAL_SIMS = specials.length;

const MONTHLY_BYTES = 25_000_000;
const DAY_MS = 86_400_000;

/** The special SIM at this index, 0 to `SPECIAL_SIMS` - 1; null for any other index. */
export function createSpecialSim(origin: Origin, number: number, index: number): Sim | null {
  const special = specials[index];
  if (special === undefined) return null;
  const { code, name, status } = special;
  const plain = createSim(origin, number);
  const root = hash(index, 0x5bec1a1);
  const used = code === 'E210' || code === 'E211';
  const createdAt = origin.anchorAt - 100 * DAY_MS;
  const history: StatusPeriod[] = [{ from: createdAt, status: 'LIVE' }];
  if (status !== 'LIVE') history.push({ from: origin.anchorAt - 10 * DAY_MS, status });
  return {
    ...plain,
    root,
    iccid: specialIccid(code),
    eid: null,
    type: 'UICC',
    form: '2/3/4FF',
    imei: withLuhn(`35678900${String(index).padStart(6, '0')}`),
    habit: {
      anchorAt: origin.anchorAt,
      slotMs: DAY_MS / 2,
      maxSessionBytes: 40_000,
      monthlyBytes: used ? MONTHLY_BYTES : 0,
      dataStop: null,
    },
    watched: false,
    special: code,
    name,
    group: null,
    limitMegabytes: code === 'E211' ? 20 : null,
    canReachLimit: false,
    activeProfile: null,
    downloadedProfiles: [],
    history,
    transition: null,
    modifiedAt: history.at(-1)?.from ?? createdAt,
    computedTo: origin.anchorAt,
  };
}

/** The index of the special SIM with this ICCID; -1 if there is none. */
export function specialIndex(iccid: string): number {
  return indexByIccid.get(iccid) ?? -1;
}
