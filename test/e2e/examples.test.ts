import { beforeAll, describe, expect, test } from '@jest/globals';
import { codesIn, examples, namedInExamples } from '../support/examples.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { wholeMonths } from '../support/months.ts';
import { describeAccount, runGateway } from '../support/running.ts';

/** The smallest default world that a sandbox can have. */
const sims = 50;
const running = runGateway({ sims, clock: wholeMonths() }, { FLEET_SYNC_INTERVAL_MS: '60000' });

// Some examples query the index.
beforeAll(() => whenComplete(running.gateway));

test('the smallest default world has every SIM, group and name that the examples name', async () => {
  const fleet = await running.world.sims({ limit: sims });
  const { iccids, groups, searches } = namedInExamples();
  expect(iccids.length).toBeGreaterThan(15);
  expect(fleet.map(({ iccid }) => iccid)).toEqual(expect.arrayContaining(iccids));
  expect(groups).toContain('Meters');
  expect(fleet.map(({ group }) => group)).toEqual(expect.arrayContaining(groups));
  expect(searches.length).toBeGreaterThan(0);
  for (const search of searches)
    expect(fleet.map(({ name }) => name?.toLowerCase())).toContainEqual(
      expect.stringContaining(search.toLowerCase()),
    );
});

// In the default sandbox, changes take seconds: the next example may find them in transition or settled.
describe('the examples, while changes are in transition,', runAll);

describeAccount(
  'the examples, when changes have settled,',
  running,
  { sims, clock: wholeMonths(), behaviour: { settleMs: { min: 0, max: 0 } } },
  runAll,
);

function runAll() {
  test.each(['show what they demonstrate', 'show it again when they are run once more'])('%s', async () => {
    const shown: [string, string[]][] = [];
    for (const { name, text } of examples) {
      const answer = await running.gateway.ask<object>(text);
      expect(answer.data).toEqual(expect.any(Object));
      shown.push([name, codesIn(answer)]);
    }
    expect(shown).toEqual(examples.map(({ name, codes }) => [name, codes]));
  });
}
