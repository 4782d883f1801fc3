import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askForSims, iccidsOf, type SimsArguments, type SimsPage, simsPage } from '../support/fleet-index.ts';
import { stepFleet } from '../support/fleet-steps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { inOrder, matching, type PlainSim, plainFleet, sortedBy } from '../support/plain-fleet.ts';

const indexed = stepFleet({ sims: 200 });
let fleet: PlainSim[];
beforeAll(async () => {
  fleet = await plainFleet(indexed.world);
});

const iccid = '8937204016000000000';
const cursor = (place: string) => Buffer.from(place).toString('base64url');
const placed = (field: string, value: unknown, at: unknown = iccid) =>
  cursor(`fleet:${JSON.stringify([field, value, at])}`);
const textual = ['ICCID', 'NAME', 'GROUP', 'STATE', 'EID', 'MSISDN'];

/** Both directions, with and without a filter. */
const ways = [null, { states: ['LIVE'] }].flatMap((filter) =>
  (['after', 'before'] as const).map((side) => ({ filter, side })),
);

/** Queries a page at a cursor in one of these ways, selected by a number. */
async function askAt(place: string, orderBy: object | null, way: number) {
  const { filter, side } = ways[way % ways.length] ?? { filter: null, side: 'after' };
  const window = side === 'after' ? { first: 5, after: place } : { last: 5, before: place };
  return { side, ...(await askForSims(indexed.gateway, { filter, orderBy, ...window })) };
}

describe('a cursor', () => {
  test.each(Object.keys(sortedBy))(
    'of a list sorted by %s is refused by a list sorted by another field',
    async (field) => {
      const { pageInfo } = await simsPage(indexed.gateway, { orderBy: { field }, first: 1 });
      const others = Object.keys(sortedBy).filter((name) => name !== field);
      for (const [way, other] of others.entries()) {
        const { side, data, errors } = await askAt(pageInfo.endCursor ?? '', { field: other }, way);
        expect(data).toEqual({ sims: null });
        expect(errors).toMatchObject([
          {
            message: `${side} must be a cursor that this list gave, sorted by the same field`,
            extensions: { code: 'BAD_USER_INPUT', retryable: false },
          },
        ]);
      }
    },
  );

  const garbage = [
    ...['', ' ', 'nonsense', 'fleet:', '%00', '😀', "' or 1=1 --", '='.repeat(20), 'A'.repeat(1_000_000)],
    ...['fleet:', 'fleet:null', 'fleet:[]', 'fleet:{"0":"NAME"}', 'fleet:["NAME","a"]', 'fleet:["NAME"'].map(
      cursor,
    ),
    ...['1:2', 'Sim:8937204016000000000', 'fleet'].map(cursor),
    ...['', 'a', '8'.repeat(17), '8'.repeat(23), null, 1].map((at) => placed('NAME', 'a', at)),
    ...['a\0', '\ud800', 1, true, {}, []].map((value) => placed('NAME', value)),
    cursor(`fleet:["NAME","\\u0000","${iccid}"]`),
    cursor(`fleet:["NAME","\\udc00","${iccid}"]`),
    cursor(`fleet:["NAME","a","${iccid}",1]`),
    cursor(`fleet:${'['.repeat(50_000)}`),
  ];

  test('that no list returned is refused', async () => {
    for (const [index, place] of garbage.entries())
      for (const way of [index, index + 1]) {
        const { status, errors } = await askAt(place, { field: 'NAME' }, way);
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        expect(status).toBe(200);
      }
  });

  test('that no list returned is refused by a list without filter and order too', async () => {
    for (const [index, place] of garbage.entries())
      expect((await askAt(place, null, index)).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
  });

  test.each(Object.keys(sortedBy).filter((field) => !textual.includes(field)))(
    'with an impossible number is refused by a list sorted by %s',
    async (field) => {
      // The SIM API may bill a negative amount.
      const negative = field === 'COST' ? [] : [-1];
      const values = ['a', '1', ...negative, true, [], '2026-10-01T12:00:00Z'];
      const places = [
        ...values.map((value) => placed(field, value)),
        cursor(`fleet:["${field}",1e999,"${iccid}"]`),
      ];
      for (const [way, place] of places.entries())
        expect((await askAt(place, { field }, way)).errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT' } },
        ]);
    },
  );

  test.each(textual)('with an impossible text is refused by a list sorted by %s', async (field) => {
    for (const [way, value] of [1, true, [], {}, 'a\0', '\ud800'].entries())
      expect((await askAt(placed(field, value), { field }, way)).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
  });

  const extremes: readonly (readonly [string, unknown])[] = [
    ['ICCID', '9'.repeat(22)],
    ['NAME', '\u{10ffff}'.repeat(100_000)],
    ['GROUP', '\u{10ffff}'],
    ['STATE', 'z'],
    ['USED_BYTES', Number.MAX_SAFE_INTEGER],
    ['USED_PERCENT', Number.MAX_VALUE],
    ['COST', Number.MAX_VALUE],
    ['EID', 'z'],
    ['MSISDN', '\u{10ffff}'],
    ['LAST_NETWORK_ACTIVITY', 8_640_000_000_000_000],
    ['LAST_DATA_SESSION', 8_640_000_000_000_000],
    ['LAST_MODIFIED', 8_640_000_000_000_000],
  ];
  test.each(extremes)(
    'after all SIMs with a value leads to those without, sorted by %s',
    async (field, value) => {
      const place = placed(field, value, '9'.repeat(22));
      const [ascending, descending] = [
        inOrder(fleet, { field }),
        inOrder(fleet, { field, direction: 'DESC' }),
      ];
      const valued = fleet.filter((sim) => sortedBy[field]?.(sim) !== null).length;
      const page = (direction: string, window: object) =>
        simsPage(indexed.gateway, { orderBy: { field, direction }, ...window });
      const iccids = (sims: readonly PlainSim[]) => sims.map((sim) => sim.iccid);
      expect(iccidsOf(await page('ASC', { first: 500, after: place }))).toEqual(
        iccids(ascending.slice(valued)),
      );
      expect(iccidsOf(await page('ASC', { last: 500, before: place }))).toEqual(
        iccids(ascending.slice(0, valued)),
      );
      expect(iccidsOf(await page('DESC', { first: 500, after: place }))).toEqual(iccids(descending));
      expect(iccidsOf(await page('DESC', { last: 500, before: place }))).toEqual([]);
    },
  );

  test('of a negative amount, which the SIM API may bill, leads to the SIMs with a higher cost', async () => {
    const orderBy = { field: 'COST', direction: 'ASC' };
    const after = placed('COST', -0.01, '9'.repeat(22));
    expect(iccidsOf(await simsPage(indexed.gateway, { orderBy, first: 500, after }))).toEqual(
      inOrder(fleet, orderBy).map((sim) => sim.iccid),
    );
  });

  test('of a filtered list is valid in the list without a filter too, and in the reverse list', async () => {
    const orderBy = { field: 'USED_BYTES', direction: 'DESC' };
    const [place] = (await simsPage(indexed.gateway, { filter: { states: ['LIVE'] }, orderBy, first: 1 }))
      .edges;
    const whole = inOrder(fleet, orderBy).map((sim) => sim.iccid);
    const at = whole.indexOf(place?.node.iccid ?? '');
    const after = place?.cursor ?? '';
    expect(iccidsOf(await simsPage(indexed.gateway, { orderBy, first: 10, after }))).toEqual(
      whole.slice(at + 1, at + 11),
    );
    const turned = inOrder(fleet, { field: 'USED_BYTES' }).map((sim) => sim.iccid);
    const there = turned.indexOf(place?.node.iccid ?? '');
    expect(
      iccidsOf(
        await simsPage(indexed.gateway, { orderBy: { field: 'USED_BYTES' }, last: 10, before: after }),
      ),
    ).toEqual(turned.slice(Math.max(0, there - 10), there));
  });

  test.each([
    [{ first: 1, last: 1 }, 'last cannot be given together with first'],
    [{ first: 1, before: 'x' }, 'before goes with last, not with first or after'],
    [{ last: 1, after: 'x' }, 'after goes with first, not with last or before'],
    [{ first: 0 }, 'first must be from 1 to 500'],
    [{ last: 501 }, 'last must be from 1 to 500'],
  ])('and a size that contradict each other are refused: %j', async (window, message) => {
    const { errors } = await askForSims(indexed.gateway, { filter: { isEsim: false }, ...window });
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a gateway without an index', () => {
  let without: RunningGateway;
  beforeAll(async () => {
    without = await startGateway({ world: indexed.world });
  });
  afterAll(() => without?.stop());

  test('refuses queries that need an index, and still lists the SIMs', async () => {
    for (const query of [
      '{ sims(filter: { isEsim: true }) { totalCount } }',
      '{ sims(orderBy: { field: NAME }) { totalCount } }',
      '{ sims(orderBy: {}) { totalCount } }',
      '{ fleet { total } }',
      '{ group(name: "Meters") { sims(filter: { search: "a" }) { totalCount } } }',
      '{ group(name: "Meters") { fleet { total } } }',
    ]) {
      const { errors } = await without.ask(query);
      expect(errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED', retryable: false } }]);
    }
    const { data, errors } = await without.ask(
      '{ sims(filter: {}, first: 1) { totalCount isComplete } group(name: "Meters") { sims(filter: { isEsim: null }) { totalCount } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      sims: { totalCount: fleet.length, isComplete: true },
      group: { sims: { totalCount: matching(fleet, { groups: ['Meters'] }).length } },
    });
  });

  test('refuses an export, and names the setting that enables the index', async () => {
    const response = await without.fetch('/export/sims.csv');
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('FLEET_SYNC_INTERVAL_MS'),
          extensions: { code: 'FEATURE_NOT_ENABLED' },
        },
      ],
    });
  });

  test('returns cursors that a gateway with an index accepts, in the original order', async () => {
    const { pageInfo } = await simsPage(without, { first: 30 });
    const all = (await indexed.world.sims({ limit: 200 })).map((sim) => sim.iccid);
    const after = pageInfo.endCursor;
    expect(iccidsOf(await simsPage(indexed.gateway, { first: 30, after }))).toEqual(all.slice(30, 60));
    expect(iccidsOf(await simsPage(indexed.gateway, { last: 10, before: after }))).toEqual(all.slice(19, 29));
    const { errors } = await askForSims(indexed.gateway, { filter: { isEsim: false }, first: 30, after });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('refuses cursors of a list that came from the index', async () => {
    const { pageInfo } = await simsPage(indexed.gateway, { first: 30 });
    const { errors } = await askForSims(without, { first: 30, after: pageInfo.endCursor });
    expect(errors).toMatchObject([{ extensions: { code: 'FEATURE_NOT_ENABLED' } }]);
  });
});

describe('paging through all pages while SIMs are added, removed and changed', () => {
  const passes = [
    { field: 'ICCID', direction: 'ASC', isForward: true },
    { field: 'ICCID', direction: 'DESC', isForward: false },
    { field: 'NAME', direction: 'ASC', isForward: true },
    { field: 'NAME', direction: 'DESC', isForward: false },
    { field: 'GROUP', direction: 'DESC', isForward: true },
    { field: 'LAST_DATA_SESSION', direction: 'ASC', isForward: false },
  ];
  test.each(passes)(
    'by $field $direction, forward: $isForward, neither loses nor repeats SIMs that stayed',
    async ({ field, direction, isForward }) => {
      const { world, gateway } = indexed;
      const orderBy = { field, direction };
      const before = (await world.sims({ limit: 10_000 })).map((sim) => sim.iccid);
      /** SIMs that were added, removed or moved in the list meanwhile. */
      const moved = new Set<string>();
      const found: string[] = [];
      let step = 0;
      for (let place: string | null = null; ; step++) {
        const window: SimsArguments = isForward ? { first: 45, after: place } : { last: 45, before: place };
        const page: SimsPage = await simsPage(gateway, { orderBy, ...window });
        const iccids = iccidsOf(page);
        if (isForward) found.push(...iccids);
        else found.unshift(...iccids);
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
        if (!(isForward ? hasNextPage : hasPreviousPage)) break;
        place = isForward ? endCursor : startCursor;

        // Removes the SIM of the cursor, one that was shown, and any other; adds more than it removes.
        const all = await world.sims({ limit: 10_000 });
        const others = all.map((sim) => sim.iccid).filter((one) => !found.includes(one));
        const gone = [isForward ? iccids.at(-1) : iccids[0], iccids[7], others[step * 3]].filter(
          (one) => one !== undefined,
        );
        for (const one of gone) {
          await world.removeSim(one);
          moved.add(one);
        }
        for (const { iccid: added } of await world.addSims(4)) moved.add(added);
        const staying = all.map((sim) => sim.iccid).filter((one) => !gone.includes(one));
        const changed = [
          staying[step * 11],
          staying[step * 17 + 3],
          others.find((one) => !gone.includes(one)),
        ].filter((one) => one !== undefined);
        const name = `${step % 2 === 0 ? 'AAA' : 'zzz'} ${field} ${direction} ${step}`;
        for (const one of changed) {
          const lastDataSessionMillis = Date.UTC(step % 2 === 0 ? 2001 : 2026, 0, 1 + step);
          await world.patchSim(one, { name, group: name, lastDataSessionMillis });
          if (field !== 'ICCID') moved.add(one);
        }
        await indexed.fullSync();
      }
      expect(step).toBeGreaterThanOrEqual(4);
      const stayed = before.filter((one) => !moved.has(one));
      expect(stayed.length).toBeGreaterThan(100);
      const seen = found.filter((one) => !moved.has(one));
      expect(seen.length).toBe(new Set(seen).size);
      expect(new Set(seen)).toEqual(new Set(stayed));
      // An added or removed SIM appears at most once either, unless a change moves it in the list.
      if (field === 'ICCID') expect(found.length).toBe(new Set(found).size);
      const order = (await plainFleet(world)).filter((sim) => stayed.includes(sim.iccid));
      expect(seen).toEqual(inOrder(order, orderBy).map((sim) => sim.iccid));
    },
    60_000,
  );
});
