import { beforeAll, describe, expect, test } from '@jest/globals';
import { codesIn, examples } from '../support/examples.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { wholeMonths } from '../support/months.ts';
import { describeAccount, runGateway } from '../support/running.ts';

const running = runGateway({ clock: wholeMonths() }, { FLEET_SYNC_INTERVAL_MS: '60000' });

// Some examples query the index.
beforeAll(() => whenComplete(running.gateway));

// In the default sandbox, changes take seconds: the next example may find them in transition or settled.
describe('the examples, while changes are in transition,', runAll);

describeAccount(
  'the examples, when changes have settled,',
  running,
  { clock: wholeMonths(), behaviour: { settleMs: { min: 0, max: 0 } } },
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
