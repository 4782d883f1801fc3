import { beforeAll, describe, expect, test } from '@jest/globals';
import { iccidsOf, indexFleet, type SimsPage, simsPage } from '../support/fleet-index.ts';

const indexed = indexFleet({ sims: 10 });
const group = 'Large';
const iccidOf = (number: number) => `89${String(number).padStart(17, '0')}`;

/**
 * Blocks of SIMs, in the order of their ICCIDs. The large group exceeds the limit for sorting, and between its SIMs are more others
 * than one page may scan.
 */
const blocks = [
  { count: 5100, group: 'Others', session: 2000, state: 'LIVE' },
  { count: 4300, group, session: 3000, state: 'LIVE' },
  { count: 700, group, session: null, state: 'LIVE' },
  { count: 600, group, session: 1000, state: 'CLOSED' },
  { count: 5100, group: 'Others', session: null, state: 'LIVE' },
  { count: 100, group, session: 1500, state: 'LIVE' },
];

interface LargeSim {
  readonly iccid: string;
  readonly session: number | null;
  readonly state: string;
}
/** The SIMs of the large group, in the order of their ICCIDs. */
const expected: LargeSim[] = [];

beforeAll(async () => {
  const { store } = indexed;
  let first = 0;
  for (const { count, session, state, ...block } of blocks) {
    await store.query(
      `insert into fleet_sim (tenant, iccid, group_name, state, last_data_session_at, downloaded_profiles, has_data_limit_field,
         has_profiles_field, is_transitioning, search, fingerprint, observed_at)
       select 'default', '89' || lpad(number::text, 17, '0'), $3, $4, timestamptz '2026-01-01' + ($5::int + number) * interval '1 second', '{}', true,
         true, false, '', '', now()
       from generate_series($1::int, $2::int) as number`,
      [first, first + count - 1, block.group, state, session === null ? null : session * 1000],
    );
    if (block.group === group)
      for (let number = first; number < first + count; number++)
        expected.push({
          iccid: iccidOf(number),
          session: session === null ? null : session * 1000 + number,
          state,
        });
    first += count;
  }
});

/** The ICCIDs of the large group, sorted; SIMs without a value come last. */
function inOrder(keyOf: (sim: LargeSim) => string | number | null, sign: number): string[] {
  const compare = (a: LargeSim, b: LargeSim) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return one === other ? 0 : sign * (one < other ? -1 : 1);
  };
  // Sorting is stable: ties stay in the order of their ICCIDs.
  return [...expected].sort(compare).map(({ iccid }) => iccid);
}

async function readAll(args: object, isForward: boolean): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const window = isForward ? { first: 500, after: cursor } : { last: 500, before: cursor };
    const page: SimsPage = await simsPage(indexed.gateway, {
      filter: { groups: [group] },
      ...args,
      ...window,
    });
    expect(page.totalCount).toBe(expected.length);
    if (isForward) found.push(...iccidsOf(page));
    else found.unshift(...iccidsOf(page));
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(isForward ? hasNextPage : hasPreviousPage)) return found;
    cursor = isForward ? endCursor : startCursor;
  }
}

describe('all pages of a list that more than 5000 SIMs match', () => {
  test.each([
    { field: 'LAST_DATA_SESSION', direction: 'ASC', isForward: true },
    { field: 'LAST_DATA_SESSION', direction: 'DESC', isForward: true },
    { field: 'LAST_DATA_SESSION', direction: 'DESC', isForward: false },
    { field: 'STATE', direction: 'DESC', isForward: true },
  ])(
    'contain each of them once, by $field $direction, forward: $isForward',
    async ({ isForward, ...orderBy }) => {
      const keyOf =
        orderBy.field === 'STATE' ? ({ state }: LargeSim) => state : ({ session }: LargeSim) => session;
      const all = inOrder(keyOf, orderBy.direction === 'ASC' ? 1 : -1);
      expect(await readAll({ orderBy }, isForward)).toEqual(all);
    },
  );
});
