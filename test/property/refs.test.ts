import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simId } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';
import '../support/fixed-seed.ts';

type Ref = { iccid: string } | { eid: string } | { id: string };
type Found = { id: string; iccid: string; name: string | null; state: string; cost: object | null } | null;

// The clock of the world stands still. Costs are those of its month: the month of the real clock may end during the test.
const running = runGateway({ sims: 60, clock: { rate: 0 } });
let month: string;
let sims: WireSim[];
let iccids: string[];
/** The result of each ref in a separate query: the SIM and the error code. */
const alone = new Map<string, { sim: Found; code: string | undefined }>();

const fields =
  'id iccid eid name state rawState lastModifiedAt cost(month: $month, nullIfMissing: true) { usedBytes }';

/** Every reference to a SIM of the world. */
function refsOf(sim: WireSim): Ref[] {
  return [
    { iccid: sim.iccid },
    { id: simId(sim.iccid) },
    ...(sim.eid === undefined ? [] : [{ eid: sim.eid }]),
  ];
}
const strangers: Ref[] = [
  { iccid: '8937204999009999999' },
  { id: simId('8937204999009999999') },
  { eid: '89049032007200888000000000000000' },
  { id: 'bm9uc2Vuc2U' },
  { id: '' },
];
let refs: Ref[];

beforeAll(async () => {
  sims = await running.world.sims({ limit: 60 });
  iccids = sims.map(({ iccid }) => iccid);
  month = new Date((await running.world.clock()).now).toISOString().slice(0, 7);
  refs = [...sims.flatMap(refsOf), ...strangers];
  for (const ref of refs) {
    const { data, errors } = await running.gateway.ask<{ sim: Found }>(
      `query ($by: SimRef!, $month: YearMonth) { sim(by: $by) { ${fields} } }`,
      { by: ref, month },
    );
    alone.set(JSON.stringify(ref), { sim: data.sim, code: errors[0]?.extensions.code });
  }
});

describe('any references to SIMs, with duplicates and in any order', () => {
  test('return the same as each reference in a separate query', async () => {
    const picks = fc.array(fc.nat(), { maxLength: 200, size: 'max' });
    await fc.assert(
      fc.asyncProperty(picks, async (numbers) => {
        const asked = numbers.map((number) => refs[number % refs.length] as Ref);
        const { data, errors } = await running.gateway.ask<{ simsByRef: Found[] }>(
          `query ($refs: [SimRef!]!, $month: YearMonth) { simsByRef(refs: $refs) { ${fields} } }`,
          { refs: asked, month },
        );
        const expected = asked.map((ref) => alone.get(JSON.stringify(ref)));
        expect(data.simsByRef).toEqual(expected.map((found) => found?.sim));
        const codes = new Map(errors.map(({ path, extensions }) => [path?.[1], extensions.code]));
        expected.forEach((found, index) => {
          expect([index, codes.get(index)]).toEqual([index, found?.code]);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('each return the SIM that they name', () => {
    for (const sim of sims)
      for (const ref of refsOf(sim))
        expect(alone.get(JSON.stringify(ref))?.sim).toMatchObject({
          iccid: sim.iccid,
          id: simId(sim.iccid),
          name: sim.name,
          state: sim.state,
        });
    const codes = strangers.map((ref) => alone.get(JSON.stringify(ref))?.code);
    expect(codes).toEqual([
      'SIM_NOT_FOUND',
      'SIM_NOT_FOUND',
      'SIM_NOT_FOUND',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ]);
  });
});

/** Root fields that read SIMs. */
const roots = {
  sim: (keys: string[]) => `sim(by: { iccid: "${keys[0]}" })`,
  simById: (keys: string[]) => `sim(by: { id: "${simId(keys[0] ?? '')}" })`,
  simsByRef: (keys: string[]) =>
    `simsByRef(refs: [${keys.map((key, at) => (at % 2 ? `{ id: "${simId(key)}" }` : `{ iccid: "${key}" }`))}])`,
  node: (keys: string[]) => `node(id: "${simId(keys[0] ?? '')}")`,
  nodes: (keys: string[]) => `nodes(ids: [${keys.map((key) => `"${simId(key)}"`)}])`,
};

/** Different notations of the same selection. */
const bodies = [
  (fields: string) => `... on Sim { ${fields} }`,
  (fields: string) => `... on Sim { iccid ... { ${fields} } }`,
  () => '... F',
  () => '... F ... G',
  (fields: string) => `... on Sim { first: id ${fields} ... F }`,
];

const part = fc.record({
  root: fc.constantFrom(...(Object.keys(roots) as (keyof typeof roots)[])),
  picks: fc.array(fc.nat(59), { minLength: 1, maxLength: 12 }),
  body: fc.nat(bodies.length - 1),
});
const shapeFields =
  'name cost(nullIfMissing: true) { usedBytes } dataUsage { usedBytes } diagnostics(nullIfMissing: true) { imei } alerts { totalCount } sessions(first: 1) { totalCount }';

describe('a query of any shape', () => {
  test('reads all SIMs in one call, all costs in one call, and diagnostics and sessions once for each SIM', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
        const { world, gateway } = running;
        // Every SIM except those whose diagnostics fail.
        const keysOf = (picks: number[]) =>
          picks.flatMap((pick) =>
            iccids[pick] === '8937204999000000002' || iccids[pick] === '8937204999000000036'
              ? []
              : (iccids[pick] ?? []),
          );
        const asked = new Set<string>();
        const text = parts.flatMap(({ root, picks, body }, at) => {
          const keys = keysOf(picks);
          if (keys.length === 0) return [];
          for (const key of root === 'simsByRef' || root === 'nodes' ? keys : keys.slice(0, 1))
            asked.add(key);
          return [`p${at}: ${roots[root](keys)} { ${bodies[body]?.(shapeFields)} }`];
        });
        if (text.length === 0) return;
        const fragments = `fragment F on Sim { ${shapeFields} ... G } fragment G on Sim { eid again: name ... on Node { id } }`;
        const used = text.some((line) => line.includes('... F')) ? fragments : '';
        await world.clearCalls();
        const { errors, extensions } = await gateway.ask(`{ ${text.join('\n')} } ${used}`);
        expect(errors).toEqual([]);
        const { byPath, total } = await world.calls();
        const {
          '/get_sims': sims,
          '/get_sim_costs': manyCosts = 0,
          '/get_sim_cost': oneCost = 0,
          '/diagnostics': diagnostics,
          '/get_sim_sessions': sessions,
        } = byPath;
        expect({ sims, costs: manyCosts + oneCost, diagnostics, sessions }).toEqual({
          sims: 1,
          costs: 1,
          diagnostics: asked.size,
          sessions: asked.size,
        });
        const alerts = (byPath['/get_account_alerts'] ?? 0) + (byPath['/get_sim_alerts'] ?? 0);
        expect(alerts).toBe(1);
        expect(extensions.cost.upstreamCalls).toBe(total);
      }),
      { numRuns: 30 },
    );
  });
});

interface Payload {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: {
    iccid: string | null;
    outcome: string;
    error: { code: string } | null;
    sim: { group: { name: string }; iccid: string } | null;
  }[];
}

let named: { ref: object; iccid: string }[];
const strangersToChange = [
  { ref: { iccid: '8937204999009999999' }, code: 'SIM_NOT_FOUND' },
  { ref: { id: simId('8937204999009999999') }, code: 'SIM_NOT_FOUND' },
  { ref: { eid: '89049032007200888000000000000000' }, code: 'SIM_NOT_FOUND' },
  { ref: { id: 'bm9uc2Vuc2U' }, code: 'BAD_USER_INPUT' },
];

beforeAll(() => {
  // A closed SIM would cause the refusal of its whole call.
  named = sims
    .filter(({ state }) => state !== 'CLOSED')
    .flatMap((sim) => refsOf(sim).map((ref) => ({ ref, iccid: sim.iccid })));
});

/** The SIM that a reference names, existing or not; the reference itself if it can name none. */
const simNamedBy = ({ iccid, id = '', eid }: { iccid?: string; id?: string; eid?: string }) =>
  iccid ?? eid ?? /^Sim:(.+)$/.exec(Buffer.from(id, 'base64url').toString())?.[1] ?? id;

/** References by any key, with duplicates and unknown SIMs. */
const multiset = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.integer({ min: -40, max: -1 }) }),
  {
    minLength: 1,
    maxLength: 120,
    size: 'max',
  },
);

describe('a change of any references to SIMs, with duplicates and in any order', () => {
  test.each([
    ['setSimsGroup', 'SetSimsGroupInput', '/set_group', (round: number) => ({ group: `round ${round}` })],
    ['sendSms', 'SendSmsInput', '/sendSms', (round: number) => ({ text: `round ${round}` })],
  ] as const)(
    '(%s) is sent once for each SIM, and has one result for each reference, in order',
    async (name, input, path, more) => {
      const { world, gateway } = running;
      // Only LIVE SIMs accept an SMS.
      const live = new Set((await world.sims({ state: 'LIVE', limit: 60 })).map(({ iccid }) => iccid));
      const targets =
        name === 'sendSms'
          ? named.filter(({ iccid }) => live.has(iccid) && iccid !== '8937204999000002404')
          : named;
      let round = 0;
      await fc.assert(
        fc.asyncProperty(multiset, async (picks) => {
          round++;
          await world.clearEffects();
          const asked = picks.map(
            (pick) =>
              (pick < 0
                ? strangersToChange[-pick % strangersToChange.length]
                : targets[pick % targets.length]) ?? {
                ref: {},
              },
          );
          const { data, errors } = await gateway.ask<Record<string, Payload>>(
            `mutation ($input: ${input}!) {
            ${name}(input: $input) { succeeded failed unknown notSent results { iccid outcome error { code } sim { iccid group { name } } } }
          }`,
            { input: { sims: asked.map(({ ref }) => ref), ...more(round) } },
          );
          expect(errors).toEqual([]);
          const payload = data[name];
          const wanted = asked.flatMap((one) => ('iccid' in one ? one.iccid : []));
          expect(payload?.results.map(({ error, sim }) => error?.code ?? sim?.iccid)).toEqual(
            asked.map((one) => ('iccid' in one ? one.iccid : 'code' in one ? one.code : '')),
          );
          expect(payload).toMatchObject({
            succeeded: new Set(wanted).size,
            failed: new Set(asked.flatMap((one) => ('iccid' in one ? [] : simNamedBy(one.ref)))).size,
            unknown: 0,
            notSent: 0,
          });
          expect(await world.effectCounts({ path })).toEqual(
            Object.fromEntries(wanted.map((iccid) => [iccid, 1])),
          );
          if (name === 'setSimsGroup')
            for (const { sim } of payload?.results ?? [])
              if (sim !== null) expect(sim.group.name).toBe(`round ${round}`);
        }),
        { numRuns: 25 },
      );
    },
  );
});
