import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simId } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 60, clock: { rate: 0 } });
let iccids: string[];

beforeAll(async () => {
  iccids = (await running.world.sims({ limit: 60 })).map(({ iccid }) => iccid);
});

/** Ways to ask for some SIMs at the root of a query. */
const roots = {
  sim: (keys: string[]) => `sim(by: { iccid: "${keys[0]}" })`,
  simById: (keys: string[]) => `sim(by: { id: "${simId(keys[0] ?? '')}" })`,
  simsByRef: (keys: string[]) =>
    `simsByRef(refs: [${keys.map((key, at) => (at % 2 ? `{ id: "${simId(key)}" }` : `{ iccid: "${key}" }`))}])`,
  node: (keys: string[]) => `node(id: "${simId(keys[0] ?? '')}")`,
  nodes: (keys: string[]) => `nodes(ids: [${keys.map((key) => `"${simId(key)}"`)}])`,
};

/** Ways to write the same fields below them. */
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
const fields =
  'name cost(nullIfMissing: true) { usedBytes } dataUsage { usedBytes } diagnostics(nullIfMissing: true) { imei } alerts { totalCount } sessions(first: 1) { totalCount }';

describe('a query of whatever shape', () => {
  test('reads all its SIMs in one call, their costs in one, and the rest once for each SIM', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
        const { world, gateway } = running;
        // Every SIM but the special one whose diagnostics fail.
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
          return [`p${at}: ${roots[root](keys)} { ${bodies[body]?.(fields)} }`];
        });
        if (text.length === 0) return;
        const fragments = `fragment F on Sim { ${fields} ... G } fragment G on Sim { eid again: name ... on Node { id } }`;
        const used = text.some((line) => line.includes('... F')) ? fragments : '';
        await world.clearCalls();
        const { errors, extensions } = await gateway.ask(`{ ${text.join('\n')} } ${used}`);
        expect(errors).toEqual([]);
        const { byPath, total } = await world.calls();
        const {
          '/get_sims': sims,
          '/get_sim_costs': costs,
          '/diagnostics': diagnostics,
          '/get_sim_sessions': sessions,
        } = byPath;
        expect({ sims, costs, diagnostics, sessions }).toEqual({
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
