import { describe, expect, test } from '@jest/globals';
import { codesIn, examples } from '../support/examples.ts';
import { runGateway } from '../support/running.ts';

describe('the examples', () => {
  // Changes take their seconds here, as they do in the sandbox that a newcomer has.
  const running = runGateway({}, { FLEET_SYNC_INTERVAL_MS: '60000' });

  test('show what they are there to show, and again when they are run once more', async () => {
    const shown: [string, string[]][] = [];
    for (const { name, text } of [...examples, ...examples]) {
      const answer = await running.gateway.ask<object>(text);
      expect(answer.data).toEqual(expect.any(Object));
      shown.push([name, codesIn(answer)]);
    }
    expect(shown).toEqual([...examples, ...examples].map(({ name, codes }) => [name, codes]));
  });
});
