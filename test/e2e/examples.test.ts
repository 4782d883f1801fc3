import { beforeAll, describe, expect, test } from '@jest/globals';
import { codesIn, examples } from '../support/examples.ts';
import { whenRead } from '../support/fleet-sync.ts';
import { wholeMonths } from '../support/months.ts';
import { describeAccount, runGateway } from '../support/running.ts';

const running = runGateway({ clock: wholeMonths() }, { FLEET_SYNC_INTERVAL_MS: '60000' });

// Some of them ask the index.
beforeAll(() => whenRead(running.gateway, 0));

describe('the examples', () => {
  // Changes take their seconds in the sandbox that a newcomer has: the next example may find them under way or settled.
  test(
    'show what they are there to show while changes are under way, and again when they are run once more',
    run,
  );

  describeAccount(
    'in another account',
    running,
    { clock: wholeMonths(), manners: { settleMs: { min: 0, max: 0 } } },
    () => {
      test('show the same where changes have settled', run);
    },
  );

  async function run() {
    const shown: [string, string[]][] = [];
    for (const { name, text } of [...examples, ...examples]) {
      const answer = await running.gateway.ask<object>(text);
      expect(answer.data).toEqual(expect.any(Object));
      shown.push([name, codesIn(answer)]);
    }
    expect(shown).toEqual([...examples, ...examples].map(({ name, codes }) => [name, codes]));
  }
});
