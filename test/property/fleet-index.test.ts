import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  iccidsOf,
  iccidsThatFit,
  indexFleet,
  readOnceEnv,
  type SimsArguments,
  type SimsPage,
  simsPage,
  whenWhole,
} from '../support/fleet-index.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type IndexPages, openIndexPages } from '../support/index-pages.ts';
import { makeOdd, oddNames } from '../support/odd-fleet.ts';
import {
  allStates,
  byCodePoint,
  inOrder,
  matching,
  type PlainFilter,
  type PlainSim,
  plainFleet,
  sortedBy,
} from '../support/plain-fleet.ts';
import '../support/fixed-seed.ts';

const indexed = indexFleet({ sims: 140, prepare: makeOdd });
let fleet: PlainSim[];
/** A gateway whose database may not use a sequential scan if there is an index, as in a very large fleet. */
let byIndexOnly: RunningGateway;
/** The same fleet index with scan limits of a few SIMs: as if a large fleet reached the default limits. */
let pages: IndexPages;

beforeAll(async () => {
  const { world, store } = indexed;
  fleet = await plainFleet(world);
  expect(new Set(fleet.map(({ iccid }) => iccid)).size).toBe(140);
  const url = new URL(store.url);
  url.searchParams.set('options', '-c enable_seqscan=off');
  byIndexOnly = await startGateway({
    world,
    store: { ...store, url: url.href.replaceAll('+', '%20') },
    env: readOnceEnv,
  });
  await whenWhole(byIndexOnly);
  pages = await openIndexPages(store);
});
afterAll(async () => {
  await pages?.close();
  await byIndexOnly?.stop();
});

const anySim = fc.nat().map((number) => fleet[number % fleet.length] as PlainSim);
const ofAnySim = <T>(of: (sim: PlainSim) => T) => anySim.map(of);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2 });

/** A part of a text, also in upper or lower case. */
const partOf = (text: fc.Arbitrary<string | null>) =>
  fc.tuple(text, fc.nat(), fc.integer({ min: 1, max: 6 }), fc.nat(2)).map(([whole, from, length, turn]) => {
    const characters = [...(whole ?? '')];
    const start = from % Math.max(1, characters.length);
    const part = characters.slice(start, start + length).join('');
    return [part, part.toUpperCase(), part.toLowerCase()][turn] ?? part;
  });
const search = fc.oneof(
  partOf(ofAnySim(({ name }) => name)),
  partOf(fc.constantFrom(...oddNames)).map((part) => part.replaceAll(/[\0\p{Surrogate}]/gu, '')),
  partOf(
    fc
      .tuple(anySim, fc.constantFrom('iccid', 'eid', 'msisdn', 'imsi', 'imei'))
      .map(([sim, field]) => sim[field as 'iccid']),
  ),
  fc.constantFrom('', '%', '_', '\\', '\\%', '%_', "'", 's', 'ss', 'ſ', 'i', 'σ', 'K'),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);
type Instant = 'lastNetworkActivity' | 'lastDataSession' | 'lastModified';
const instant = (of: Instant) =>
  fc
    .tuple(
      ofAnySim((sim) => sim[of] ?? 0),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([at, more]) => new Date(Math.max(0, at + more)).toISOString());
/** A number of a SIM, or one beside it. */
const number = (of: 'usedBytes' | 'usedPercent' | 'costAmount', max: number) =>
  fc.oneof(
    ofAnySim((sim) => Math.max(0, sim[of] ?? 0)),
    fc.double({ min: 0, max, noNaN: true }),
  );
const bytes = number('usedBytes', 1e8).map(Math.round);

const conditions = {
  iccids: maybe(
    fc.array(
      ofAnySim(({ iccid }) => iccid),
      { maxLength: 30 },
    ),
  ),
  states: maybe(fc.array(fc.constantFrom(...allStates), { maxLength: 5 })),
  offlineReasons: maybe(fc.array(fc.constantFrom('SUSPENDED', 'DEACTIVATED'), { maxLength: 3 })),
  isTransitioning: maybe(fc.boolean()),
  groups: maybe(
    fc.array(
      ofAnySim(({ group }) => group ?? 'no SIM is in it'),
      { maxLength: 6 },
    ),
  ),
  inNoGroup: maybe(fc.boolean()),
  search: maybe(search),
  types: maybe(
    fc.array(
      ofAnySim(({ type }) => type ?? 'no SIM has it'),
      { maxLength: 3 },
    ),
  ),
  isEsim: maybe(fc.boolean()),
  usedBytesAtLeast: maybe(bytes),
  usedBytesAtMost: maybe(bytes),
  usedPercentAtLeast: maybe(number('usedPercent', 300)),
  overDataLimit: maybe(fc.boolean()),
  costAtLeast: maybe(number('costAmount', 10)),
  neverConnected: maybe(fc.boolean()),
  lastNetworkActivityBefore: maybe(instant('lastNetworkActivity')),
  lastNetworkActivityAfter: maybe(instant('lastNetworkActivity')),
  neverHadDataSession: maybe(fc.boolean()),
  lastDataSessionBefore: maybe(instant('lastDataSession')),
  lastDataSessionAfter: maybe(instant('lastDataSession')),
  lastModifiedBefore: maybe(instant('lastModified')),
  lastModifiedAfter: maybe(instant('lastModified')),
};
/** One or two conditions: more of them match hardly any SIM, and their negation matches almost all. */
const sparse = fc
  .subarray(Object.keys(conditions) as (keyof typeof conditions)[], { minLength: 1, maxLength: 2 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, conditions[name]]))));
const { nested } = fc.letrec<{ nested: PlainFilter }>((tie) => {
  const or = fc.option(fc.array(tie('nested'), { maxLength: 3, size: 'max' }), { freq: 8 });
  const not = fc.option(tie('nested'), { freq: 8 });
  return {
    nested: fc.oneof(
      { maxDepth: 4 },
      sparse,
      fc.record({ or }),
      fc.record({ not }),
      fc.tuple(sparse, fc.record({ or, not })).map(([given, more]) => ({ ...given, ...more })),
    ),
  };
});

/** The gateway allows 5 search texts in a filter. */
const searchesIn = ({ search, or, not }: PlainFilter): number =>
  Number(search != null) +
  [...(or ?? []), ...(not ? [not] : [])].reduce((sum, each) => sum + searchesIn(each), 0);

const filter: fc.Arbitrary<PlainFilter | null> = fc.option(
  fc
    .oneof(fc.record(conditions, { requiredKeys: [] }), sparse, { arbitrary: nested, weight: 3 })
    .filter((each) => searchesIn(each) <= 5),
  { freq: 8 },
);
const orderBy = fc.option(
  fc.record(
    { field: fc.constantFrom(...Object.keys(sortedBy)), direction: fc.constantFrom('ASC', 'DESC') },
    { requiredKeys: [] },
  ),
  { freq: 12 },
);
const question = fc.record({
  filter,
  orderBy,
  size: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 12, max: 160 })),
  somewhere: fc.nat(),
});

interface Question {
  readonly filter: PlainFilter | null;
  readonly orderBy: { field?: string; direction?: string } | null;
  readonly size: number;
  /** Index of a matching SIM, modulo their number, from whose cursor pages are read. */
  readonly somewhere: number;
  /** Whether totalCount is computed. */
  readonly isCounted?: boolean;
}

/** Reads all pages in one direction and checks the pageInfo of each. */
async function pageThrough(
  pageOf: (cursor: string | null) => Promise<SimsPage>,
  isForward: boolean,
): Promise<{ iccids: string[]; cursors: string[]; totals: Set<number> }> {
  const edges: SimsPage['edges'] = [];
  const totals = new Set<number>();
  for (let cursor: string | null = null; ; ) {
    const page: SimsPage = await pageOf(cursor);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    totals.add(page.totalCount);
    expect(page.isComplete).toBe(true);
    expect([startCursor, endCursor]).toEqual([
      page.edges[0]?.cursor ?? null,
      page.edges.at(-1)?.cursor ?? null,
    ]);
    expect(isForward ? hasPreviousPage : hasNextPage).toBe(cursor !== null);
    if (isForward) edges.push(...page.edges);
    else edges.unshift(...page.edges);
    if (!(isForward ? hasNextPage : hasPreviousPage))
      return { iccids: iccidsOf({ edges }), cursors: edges.map((edge) => edge.cursor), totals };
    cursor = isForward ? endCursor : startCursor;
  }
}

const runs = { numRuns: 80 };

/** Checks the answers of `ask` to a question: all pages in both directions, and the pages after and before one SIM. */
async function checkPages(
  ask: (args: SimsArguments) => Promise<SimsPage>,
  { filter, orderBy, size, somewhere, isCounted = true }: Question,
) {
  const expected = inOrder(matching(fleet, filter), orderBy ?? {}).map(({ iccid }) => iccid);
  const count = Math.max(size, Math.ceil(expected.length / 5));
  const askFor = (window: SimsArguments) => ask({ filter, orderBy, ...window });
  const forward = await pageThrough((after) => askFor({ first: count, after }), true);
  expect(forward.iccids).toEqual(expected);
  expect([...forward.totals]).toEqual([isCounted ? expected.length : 0]);
  const backward = await pageThrough((before) => askFor({ last: count, before }), false);
  expect(backward.iccids).toEqual(expected);
  if (expected.length === 0) return;
  const at = somewhere % expected.length;
  const cursor = forward.cursors[at] ?? null;
  expect(iccidsOf(await askFor({ first: size, after: cursor }))).toEqual(
    expected.slice(at + 1, at + 1 + size),
  );
  expect(iccidsOf(await askFor({ last: size, before: cursor }))).toEqual(
    expected.slice(Math.max(0, at - size), at),
  );
}

describe('the fleet index', () => {
  test('returns the same SIMs as a scan of the whole fleet, for any filter, order, page size and direction', async () => {
    await fc.assert(
      fc.asyncProperty(question, fc.boolean(), async (asked, isByIndexOnly) => {
        const gateway = isByIndexOnly ? byIndexOnly : indexed.gateway;
        await checkPages((args) => simsPage(gateway, args), asked);
      }),
      runs,
    );
  });

  test('returns the same SIMs when the limits of sorting and scanning are exceeded', async () => {
    const limits = fc.record({ maxSorted: fc.nat(3), maxScanned: fc.integer({ min: 1, max: 40 }) });
    await fc.assert(
      fc.asyncProperty(question, limits, fc.boolean(), (asked, limits, isCounted) =>
        checkPages((args) => pages.page(args, limits, isCounted), { ...asked, isCounted }),
      ),
      { numRuns: 120 },
    );
  });

  test('shows for each SIM the offline reason by which filters find it', async () => {
    const reasons = new Map(fleet.map(({ iccid, offlineReason }) => [iccid, offlineReason]));
    expect(new Set(reasons.values())).toEqual(new Set(['SUSPENDED', 'DEACTIVATED', null]));
    const { data } = await indexed.gateway.ask<{
      sims: { nodes: { iccid: string; offlineReason: string | null }[] };
    }>('{ sims(first: 500) { nodes { iccid offlineReason } } }');
    const shown = data.sims.nodes.map(({ iccid, offlineReason }) => [iccid, offlineReason] as const);
    expect(new Map(shown)).toEqual(reasons);
    for (const offlineReasons of [['SUSPENDED'], ['DEACTIVATED'], ['DEACTIVATED', 'SUSPENDED']]) {
      const expected = shown.filter(([, reason]) => offlineReasons.includes(reason ?? ''));
      expect(await iccidsThatFit(indexed.gateway, { offlineReasons })).toEqual(
        expected.map(([iccid]) => iccid),
      );
    }
  });

  test('counts the SIMs that match a filter as a scan of the whole fleet does', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.boolean(), async (filter, isByIndexOnly) => {
        const { data, errors } = await (isByIndexOnly ? byIndexOnly : indexed.gateway).ask<{ fleet: object }>(
          `query ($filter: SimFilter) { fleet(filter: $filter) { total byState { state count }
            byGroup { group { name } count } transitioning overDataLimit usedBytes isComplete } }`,
          { filter },
        );
        expect(errors).toEqual([]);
        expect(data.fleet).toEqual(counted(matching(fleet, filter)));
      }),
      runs,
    );
  });
});

function counted(sims: readonly PlainSim[]) {
  const count = (is: (sim: PlainSim) => boolean) => sims.filter(is).length;
  const groups = [...new Set(sims.map(({ group }) => group))].sort((a, b) =>
    a === null || b === null ? Number(a === null) - Number(b === null) : byCodePoint(a, b),
  );
  return {
    total: sims.length,
    byState: allStates.map((state) => ({ state, count: count((sim) => sim.state === state) })),
    byGroup: groups.map((name) => ({
      group: name === null ? null : { name },
      count: count(({ group }) => group === name),
    })),
    transitioning: count(({ isTransitioning }) => isTransitioning),
    overDataLimit: count(({ usedPercent }) => usedPercent !== null && usedPercent > 100),
    usedBytes: sims.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0),
    isComplete: true,
  };
}
