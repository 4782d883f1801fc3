import { birth, type Origin } from './birth.ts';
import { specialIccid, withLuhn } from './identity.ts';
import { hash } from './random.ts';
import type { Era, Sim, SpecialCode, Standing } from './sim.ts';

interface Special {
  readonly code: SpecialCode;
  readonly name: string;
  readonly standing: Standing;
}

const specials: readonly Special[] = [
  { code: 'E000', name: 'E000 reset and diagnostics break', standing: 'LIVE' },
  { code: 'E003', name: 'E003 no diagnostics add-on', standing: 'LIVE' },
  { code: 'E101', name: 'E101 no cost history', standing: 'LIVE' },
  { code: 'E103', name: 'E103 no diagnostics', standing: 'LIVE' },
  { code: 'E201', name: 'E201 closed', standing: 'CLOSED' },
  { code: 'E202', name: 'E202 locked by an administrator', standing: 'LIVE' },
  { code: 'E203', name: 'E203 refuses the IMEI lock', standing: 'LIVE' },
  { code: 'E210', name: 'E210 used 25 MB', standing: 'LIVE' },
  { code: 'E211', name: 'E211 data limit reached', standing: 'SUSPENDED' },
  { code: 'E240', name: 'E240 takes no SMS', standing: 'LIVE' },
];

const indexByIccid = new Map(specials.map(({ code }, index) => [specialIccid(code), index]));

/** How many SIMs of a fleet are there to show an error code. */
export const SPECIAL_SIMS = specials.length;

const MONTHLY_BYTES = 25_000_000;
const DAY_MS = 86_400_000;

/** Gives the special SIM at this index, from 0 to `SPECIAL_SIMS` - 1; null outside of that. */
export function specialBirth(origin: Origin, number: number, index: number): Sim | null {
  const special = specials[index];
  if (special === undefined) return null;
  const { code, name, standing } = special;
  const plain = birth(origin, number);
  const root = hash(index, 0x5bec1a1);
  const used = code === 'E210' || code === 'E211';
  const bornAt = origin.anchorAt - 100 * DAY_MS;
  const eras: Era[] = [{ from: bornAt, standing: 'LIVE' }];
  if (standing !== 'LIVE') eras.push({ from: origin.anchorAt - 10 * DAY_MS, standing });
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
    },
    watched: false,
    special: code,
    name,
    group: null,
    limitMegabytes: code === 'E211' ? 20 : null,
    limitMayBite: false,
    activeProfile: null,
    downloadedProfiles: [],
    eras,
    transition: null,
    modifiedAt: eras.at(-1)?.from ?? bornAt,
    reckonedTo: origin.anchorAt,
  };
}

/** Gives the index of the special SIM with this ICCID; -1 where there is none. */
export function specialIndex(iccid: string): number {
  return indexByIccid.get(iccid) ?? -1;
}
