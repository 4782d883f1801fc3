import { afterEach, describe, expect, test } from '@jest/globals';
import { createPool, special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import { startLosingRelay } from './losing-relay.ts';
import { runTerminal, startInTerminal, startTerminal } from './terminal.ts';

const running = runGateway({ sims: 1500, manners: { settleMs: { min: 300, max: 600 } } });
const pool = createPool(() => running.world);

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

const run = (args: string[], input?: string) =>
  runTerminal(args, { gateway: running.gateway, ...(input !== undefined && { input }) });

async function iccids(count: number, state = 'LIVE'): Promise<string[]> {
  return (await pool.take(count, { state })).map(({ iccid }) => iccid);
}

const messages = (sims: readonly string[]) => [
  'bulk',
  '--action',
  'SEND_SMS',
  '--text',
  'hi',
  '--sims',
  ...sims,
];

/** Makes every message slow, so that there is a middle of it. */
const slow = () => running.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 300 });

describe('bulk', () => {
  test('changes the SIMs of the standard input, waits until they have settled and ends with 0', async () => {
    const sims = await iccids(40);
    const { code, stdout, stderr } = await run(
      ['bulk', '--action', 'suspend', '--file', '-', '--expect', '40'],
      `iccid,name\n${sims.map((iccid) => `${iccid},x`).join('\n')}\n`,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^Started SUSPEND \(40 SIMs\): \S+\n/);
    expect(stdout).toMatch(
      /^SUSPEND of 40 SIMs: COMPLETED in .*\n {2}40 succeeded, 0 failed, 0 unknown, 0 not sent\n$/,
    );
    const states = (await running.world.sims({ state: 'OFFLINE', limit: 2000 })).filter(({ iccid }) =>
      sims.includes(iccid),
    );
    expect(states.map(({ status }) => status.primary)).toEqual(sims.map(() => 'ON'));
  });

  test('of which some fail ends with 1, tells them by their code, and results gives them all', async () => {
    const [good = ''] = await iccids(1);
    const sims = [good, special.E202, special.E002];
    const { code, stdout } = await run(['bulk', '--action', 'DEACTIVATE', '--sims', ...sims]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^DEACTIVATE of 3 SIMs: COMPLETED_WITH_ERRORS/);
    expect(stdout).toContain('  1 succeeded, 2 failed, 0 unknown, 0 not sent\n');
    expect(stdout).toMatch(
      new RegExp(`^FAILED {2}SIM_LOCKED_BY_ADMIN {2}1 SIM .*\\n {2}${special.E202}$`, 'm'),
    );
    expect(stdout).toMatch(new RegExp(`^FAILED {2}SIM_NOT_FOUND {2}1 SIM .*\\n {2}${special.E002}$`, 'm'));
    const id = /sim-gateway results (\S+) --outcome FAILED\n$/.exec(stdout)?.[1] ?? '';

    const failed = await run(['results', id, '--outcome', 'failed']);
    expect(failed.code).toBe(0);
    const [head, ...rows] = failed.stdout.trimEnd().split('\n');
    expect(head).toBe('iccid,outcome,code,message');
    expect(rows.map((row) => row.split(',').slice(0, 3)).sort()).toEqual([
      [special.E002, 'FAILED', 'SIM_NOT_FOUND'],
      [special.E202, 'FAILED', 'SIM_LOCKED_BY_ADMIN'],
    ]);
    const all = await run(['results', id, '--json']);
    const lines = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual({ iccid: good, outcome: 'SUCCEEDED', error: null });
  });

  test('of a group needs no index of the fleet', async () => {
    const [sim = ''] = await iccids(1);
    await running.gateway.ask(
      'mutation ($input: SetSimsGroupInput!) { setSimsGroup(input: $input) { succeeded } }',
      {
        input: { sims: [{ iccid: sim }], group: 'Lonely' },
      },
    );
    const { code, stdout } = await run(['bulk', '--action', 'RESET', '--group', 'Lonely', '--expect', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RESET of 1 SIM: COMPLETED in/);
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual({ [sim]: 1 });
  });

  test('with --json gives the operation as it ended, and nothing else', async () => {
    const sims = await iccids(3);
    const { code, stdout } = await run(['bulk', '--action', 'RESET', '--json', '--sims', sims.join(',')]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      action: 'RESET',
      status: 'COMPLETED',
      total: 3,
      succeeded: 3,
      failed: 0,
      finishedAt: expect.any(String),
    });
  });

  test('that the gateway refuses ends with 2 and its code', async () => {
    const [sim = ''] = await iccids(1);
    const { code, stdout, stderr } = await run(['bulk', '--action', 'RESET', '--expect', '2', '--sims', sim]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^EXPECTED_COUNT_MISMATCH: /);
    expect(await running.world.effectCounts({ path: '/reset', iccid: sim })).toEqual({});
  });

  test('asked twice with one key is one operation', async () => {
    const sims = await iccids(2);
    const args = [...messages(sims), '--key', 'order-4711', '--json'];
    const first = JSON.parse((await run(args)).stdout);
    const second = JSON.parse((await run(args)).stdout);
    expect(second.id).toBe(first.id);
    expect(await running.world.effectCounts({ path: '/sendSms' })).toMatchObject({ [sims[0] ?? '']: 1 });
  });

  test('repeats a start whose answer was lost, and nothing is done twice', async () => {
    const [sim = ''] = await iccids(1);
    const relay = await startLosingRelay(new URL(running.gateway.url).port);
    leftovers.push(relay.stop);
    relay.lose(1);
    const { code, stdout } = await runTerminal([...messages([sim]), '--json'], { gateway: relay });
    expect(code).toBe(0);
    expect(relay.toLose()).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: 1, succeeded: 1 });
    expect(await running.world.effectCounts({ path: '/sendSms', iccid: sim })).toEqual({ [sim]: 1 });
  });

  test('keeps following while the gateway does not answer, and says so', async () => {
    await slow();
    const relay = await startLosingRelay(new URL(running.gateway.url).port);
    leftovers.push(relay.stop);
    const terminal = startTerminal(messages(await iccids(60)), { gateway: relay });
    await terminal.wrote(/Started/);
    relay.lose(2);
    const { code, stdout, stderr } = await terminal.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /The gateway does not answer \(.+\)\. Trying on[\s\S]*The gateway answers again\./,
    );
    expect(stderr.match(/does not answer/g)).toHaveLength(1);
    expect(stdout).toMatch(/^SEND_SMS of 60 SIMs: COMPLETED in/);
  });

  test('that is detached prints its id, and watch comes back to it', async () => {
    await slow();
    const started = await run([...messages(await iccids(12)), '--detach']);
    expect(started).toMatchObject({ code: 0, stderr: expect.stringContaining('sim-gateway watch ') });
    const watched = await run(['watch', started.stdout.trim()]);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/^SEND_SMS of 12 SIMs: COMPLETED in/);
  });

  test('that is interrupted where nobody can be asked goes on in the gateway, and ends with 130', async () => {
    await slow();
    const terminal = startTerminal([...messages(await iccids(12)), '--json'], { gateway: running.gateway });
    const [, id = ''] = await terminal.wrote(/Started SEND_SMS \(12 SIMs\): (\S+)/);
    terminal.child.kill('SIGINT');
    const { code, stdout, stderr } = await terminal.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ id, finishedAt: null });
    expect(stderr).toContain(`it goes on in the gateway. To follow it again: sim-gateway watch ${id}`);
    expect(JSON.parse((await run(['watch', id, '--json'])).stdout)).toMatchObject({ succeeded: 12 });
  });
});

describe('bulk on a terminal', () => {
  const inTerminal = (args: string[], columns?: number) =>
    startInTerminal(args, { gateway: running.gateway, env: { NO_COLOR: '1' }, ...(columns && { columns }) });

  test('draws a bar, and Ctrl-C with c cancels: what is left is not sent, and the code is 1', async () => {
    await slow();
    const terminal = inTerminal(messages(await iccids(300)), 150);
    await terminal.wrote(/SEND_SMS {2}\[=+ +\] {2}\d+% {2}\d+\/300 {2}\d+ succeeded/);
    terminal.child.stdin.write('\x03');
    await terminal.wrote(/\[c\]ancel, \[d\]etach, or go on\?/);
    terminal.child.stdin.write('c');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/SEND_SMS of 300 SIMs: .*CANCELED/);
    const notSent = Number(/, (\d+) not sent/.exec(stdout)?.[1]);
    expect(notSent).toBeGreaterThan(0);
    const [, id = ''] = /Started \S+ \(300 SIMs\): (\S+)/.exec(stdout) ?? [];
    const left = await run(['results', id, '--outcome', 'NOT_SENT', '--json']);
    expect(left.stdout.trimEnd().split('\n')).toHaveLength(notSent);
  });

  test('asks at Ctrl-C, goes on with any other key, and detaches with d', async () => {
    await slow();
    const terminal = inTerminal(messages(await iccids(60)));
    await terminal.wrote(/\/60/);
    terminal.child.stdin.write('\x03');
    await terminal.wrote(/go on\?/);
    terminal.child.stdin.write('g');
    await terminal.wrote(/go on\?[\s\S]*[1-9]\d*\/60/);
    terminal.child.stdin.write('\x03');
    await terminal.wrote(/go on\?[\s\S]*go on\?/);
    terminal.child.stdin.write('d');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/Detached: it goes on in the gateway\. To follow it again: sim-gateway watch \S+/);
  });

  test('a second Ctrl-C detaches', async () => {
    await slow();
    const terminal = inTerminal(messages(await iccids(60)));
    await terminal.wrote(/\/60/);
    terminal.child.stdin.write('\x03');
    await terminal.wrote(/go on\?/);
    terminal.child.stdin.write('\x03');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Detached');
  });

  test('has the number typed again before it closes SIMs, and sends nothing on another one', async () => {
    const [sim = ''] = await iccids(1);
    const close = ['bulk', '--action', 'CLOSE', '--expect', '1', '--sims', sim];
    const refused = inTerminal(close);
    await refused.wrote(/Type the number of SIMs/);
    refused.child.stdin.write('2\r');
    expect(await refused.ended).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('Nothing was sent.'),
    });
    expect(await running.world.effectCounts({ path: '/close' })).toEqual({});

    const closed = inTerminal(close);
    await closed.wrote(/Type the number of SIMs/);
    closed.child.stdin.write('1\r');
    expect((await closed.ended).code).toBe(0);
    expect(await running.world.effectCounts({ path: '/close' })).toEqual({ [sim]: 1 });
  });

  test('knows no colour when NO_COLOR is set or --no-color is given', async () => {
    const sims = await iccids(1);
    const plain = startInTerminal(messages(sims), { gateway: running.gateway, env: { NO_COLOR: '1' } });
    const asked = startInTerminal([...messages(sims), '--no-color'], { gateway: running.gateway });
    const colored = startInTerminal(messages(sims), { gateway: running.gateway });
    expect((await plain.ended).stdout).not.toContain('\x1b');
    expect((await asked.ended).stdout).not.toContain('\x1b');
    expect((await colored.ended).stdout).toContain('\x1b[32m');
  });
});
