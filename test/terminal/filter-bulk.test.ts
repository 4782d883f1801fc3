import { describe, expect, test } from '@jest/globals';
import { runAttic } from './attic.ts';
import { runTerminal, startInTerminal } from './terminal.ts';

const attic = runAttic();

const run = (...args: string[]) => runTerminal(args, { gateway: attic.gateway });

/** How often each SIM was changed that should have been, once each. */
const once = (...numbers: number[]) =>
  Object.fromEntries(numbers.map((number) => [attic.iccids[`Attic-${number}`], 1]));

const message = ['bulk', '--action', 'SEND_SMS', '--text', 'hi'];

describe('bulk', () => {
  test('changes the SIMs that fit, and tells before it what fits in words, and how many', async () => {
    const { code, stdout, stderr } = await run(
      ...message,
      ...['--search', 'attic-', '--state', 'live,test', '--silent-since', '1w', '--no-esim', '--expect', '2'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(stderr).toMatch(
      /^2 SIMs fit now: LIVE or TEST, "attic-" in the name or a number, plain SIM, last data session before 20\S+Z\.\nStarted SEND_SMS \(2 SIMs\)/,
    );
    expect(stdout).toMatch(/^SEND_SMS of 2 SIMs: COMPLETED/);
    expect(await attic.world.effectCounts({ path: '/sendSms' })).toEqual(once(1, 2));
  });

  test('with a group and something more changes only what fits both', async () => {
    const { code } = await run(...message, '--group', 'Attic', '--used-at-least', '80');
    expect(code).toBe(0);
    expect(await attic.world.effectCounts({ path: '/sendSms' })).toEqual(once(6));
  });

  test('with two groups changes the SIMs of both', async () => {
    const { code, stderr } = await run(...message, '--group', 'Attic', '--group', 'Cellar');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^6 SIMs fit now: in the group "Attic" or "Cellar"\.\n/);
    expect(await attic.world.effectCounts({ path: '/sendSms' })).toEqual(once(1, 2, 3, 4, 6, 7));
  });

  test('starts for exactly as many as it told of, where no number was given', async () => {
    const { stderr } = await run(...message, '--search', 'attic-', '--group', 'Cellar');
    expect(stderr).toMatch(/^2 SIMs fit now: /);
    const { data } = await attic.gateway.ask<{ auditLog: { nodes: { arguments: string }[] } }>(
      '{ auditLog(first: 1, actions: [START_BULK_OPERATION]) { nodes { arguments } } }',
    );
    expect(JSON.parse(data.auditLog.nodes[0]?.arguments ?? '')).toMatchObject({
      targetFilter: { groups: ['Cellar'], search: 'attic-' },
      expectedCount: 2,
    });
  });

  test.each([
    ['another number is expected', ['--search', 'attic-', '--expect', '8'], '7 SIMs fit now: '],
    ['nothing fits', ['--search', 'no such name'], '0 SIMs fit now: '],
  ])('sends nothing where %s, with code 2', async (_, args, says) => {
    const { code, stdout, stderr } = await run(...message, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/Nothing was sent\.\n$/);
    expect(await attic.world.effects()).toEqual([]);
  });

  test('finds what was started with the same key, although nothing fits any more', async () => {
    const args = ['bulk', '--action', 'SET_NAME', '--name', 'Loft-3', '--search', 'attic-3', '--expect', '1'];
    const first = await run(...args, '--key', 'order-12', '--json');
    const second = await run(...args, '--key', 'order-12', '--json');
    expect(second.stderr).toMatch(/^0 SIMs fit now/);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(second.stdout).id).toBe(JSON.parse(first.stdout).id);
    expect(await attic.world.effectCounts()).toEqual(once(3));
  });

  test('that closes names the filter and the number, and wants that number typed', async () => {
    const terminal = startInTerminal(
      ['bulk', '--action', 'CLOSE', '--state', 'OFFLINE', '--search', 'attic-', '--expect', '2'],
      { gateway: attic.gateway, env: { NO_COLOR: '1' } },
    );
    await terminal.wrote(
      /This closes 2 SIMs \(OFFLINE, "attic-" in the name or a number\) for good; [\s\S]*Type the number/,
    );
    terminal.child.stdin.write('2\r');
    expect((await terminal.ended).code).toBe(0);
    expect(await attic.world.effectCounts({ path: '/close' })).toEqual(once(4, 5));
  });
});
