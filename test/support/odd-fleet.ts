import type { World } from './sandbox.ts';

/** Names that are easily sorted, case-folded or escaped incorrectly. */
export const oddNames: readonly (string | null)[] = [
  null,
  '',
  'Straße',
  'STRASSE',
  'strasse 2',
  'İstanbul',
  'istanbul',
  'ISTANBUL',
  'ılık',
  'ΣΊΣΥΦΟΣ',
  'σίσυφος',
  'ﬁne',
  'FINE',
  '100%',
  '100_',
  '100\\',
  '\\%_',
  "O'Brien",
  '"quoted"',
  '😀',
  '😀 two',
  '～ wide',
  '\ufffd',
  'Ä',
  'ä',
  'A\u0308',
  'a',
  'A',
  ' a',
  'a ',
  'a\nb\tc',
  'nul \0 in it',
  'half \ud83d of it',
  '\u2028',
  '\ufeffa',
  '{"iccid":"a"}',
  'a,b;c',
  `${'long '.repeat(400)}end`,
  ...Array.from({ length: 6 }, () => 'equal'),
];

/** Groups, types and states with the same difficulties. */
const oddGroups: readonly (string | null)[] = ['a', 'A', 'Ä', '%', '😀', '～', "'", ',', null];
const oddTypes: readonly (string | null)[] = ['eSIM', 'esim', 'ESIM', 'UICC', '', null];
const oddStates = ['LIVE', 'FROZEN', 'CLOSED', 'live', 'OFFLINE'];
const statesOfPairs = ['OFFLINE', 'OFFLINE', 'LIVE', 'SHIPPING'];
/** Status pairs, also such as the SIM API does not document. */
const oddStatuses = [
  { primary: 'ON', secondary: 'SUSPENDED' },
  { primary: 'OFF' },
  { primary: 'OFF', secondary: 'SUSPENDED' },
  { primary: 'ON', secondary: 'OFF' },
  { primary: 'ON', secondary: 'LIVE' },
  { primary: 'off' },
  null,
];
const oddNumbers = ['46', '372', '3725', '+372', 'Ä', 'a', 'A', '😀', '～'];
const oddEids = ['3'.repeat(32), '9'.repeat(32), '0'.repeat(32)];
const oddLimits = [null, 0, 1, 2, 10, 25, 1000, 2_147_483_647];
const noon = Date.UTC(2026, 9, 1, 12);
const oddInstants = [0, null, noon, noon, noon + 1, noon - 1, 1_000_000_000_000];

const patched = ['imei', 'imsi', 'msisdn'] as const;
const iccidLengths = [18, 20, 21, 22];

/** Gives the first SIMs of a world unusual values in every field that can be filtered or sorted by; the other SIMs stay unchanged. */
export async function makeOdd(world: World): Promise<void> {
  const sims = await world.sims({ limit: 10_000 });
  if (sims.length < oddNames.length) throw new Error('the world has too few SIMs for the unusual values');
  for (const [index, name] of oddNames.entries()) {
    const { iccid = '', status } = sims[index] ?? {};
    const pick = <T>(values: readonly T[], step: number) => values[(index * step) % values.length] as T;
    const isStable = status?.primary !== 'PENDING';
    const length = iccidLengths[index % 8];
    await world.patchSim(iccid, {
      name,
      group: pick(oddGroups, 1),
      msisdn: pick(oddNumbers, 2),
      ...(index % 5 === 0 && { eid: pick(oddEids, 2) }),
      ...(index % 3 === 0 && { type: pick(oddTypes, 5), [pick(patched, 1)]: null }),
      ...(index % 4 === 0 && { state: pick(oddStates, 3) }),
      ...(isStable && index % 3 === 1 && { state: pick(statesOfPairs, 1), status: pick(oddStatuses, 5) }),
      data_limit: pick(oddLimits, 3),
      lastNetworkActivityMillis: pick(oddInstants, 3),
      lastDataSessionMillis: pick(oddInstants, 5),
      lastModifiedMillis: pick(oddInstants, 4),
      // The gateway polls a SIM in transition by its ICCID, and the SIM API would not know the changed one.
      ...(isStable && length !== undefined && { iccid: iccid.padEnd(22, '7').slice(0, length) }),
      $remove:
        index % 7 === 6 ? ['name', 'group', 'type', 'imei', 'data_limit', 'lastDataSessionMillis'] : [],
    });
  }
}
