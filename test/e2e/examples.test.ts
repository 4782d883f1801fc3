import { beforeAll, describe, expect, test } from '@jest/globals';
import { codesIn, examples } from '../support/examples.ts';
import { whenComplete } from '../support/fleet-sync.ts';
import { wholeMonths } from '../support/months.ts';
import { describeAccount, runGateway } from '../support/running.ts';

const running = runGateway({ clock: wholeMonths() }, { FLEET_SYNC_INTERVAL_MS: '60000' });

// Some of them ask the index.
beforeAll(() => whenComplete(running.gateway));

// Changes take their seconds in the sandbox that a newcomer has: the next example may find them under way or settled.
describe('the examples, while changes are under way,', runAll);

describeAccount(
  'the examples, where changes have settled,',
  running,
  { clock: wholeMonths(), behaviour: { settleMs: { min: 0, max: 0 } } },
  runAll,
);

function runAll() {
  test.each(['show what they are there to show', 'show it again when they are run once more'])(
    '%s',
    async () => {
      const shown: [string, string[]][] = [];
      for (const { name, text } of examples) {
        const answer = await running.gateway.ask<object>(text);
        expect(answer.data).toEqual(expect.any(Object));
        shown.push([name, codesIn(answer)]);
      }
      expect(shown).toEqual(examples.map(({ name, codes }) => [name, codes]));
    },
  );
}
