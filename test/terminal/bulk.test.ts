import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { endOf, onceEach, runBulkGateway, whenBulk } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { waitFor } from '../support/wait-for.ts';
import { startLosingRelay } from './losing-relay.ts';
import {
  createRunner,
  type RunningTerminal,
  runTerminal,
  startInTerminal,
  startTerminal,
} from './terminal.ts';

const running = runBulkGateway({ sims: 1500 });
const { iccids } = running;
const runner = createRunner();
const run = (args: string[]) => runner.run(args, running.gateway);

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

const messages = (sims: readonly string[]) => [
  'bulk',
  '--action',
  'SEND_SMS',
  '--text',
  'hi',
  // Otherwise it asks on a terminal.
  '--yes',
  '--sims',
  ...sims,
];

describe('bulk', () => {
  test('changes the SIMs of the standard input, waits until they have settled and ends with 0', async () => {
    const { gateway, world } = running;
    const sims = await iccids(40);
    await world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    leftovers.push(() => world.setBehaviour({ settleMs: { min: 0, max: 0 } }));
    const terminal = startTerminal(['bulk', '--action', 'suspend', '--file', '-', '--expect', '40'], {
      gateway,
    });
    terminal.child.stdin.end(`iccid,name\n${sims.map((iccid) => `${iccid},x`).join('\n')}\n`);
    const [, id = ''] = await terminal.wrote(/Started SUSPEND \(40 SIMs\): (\S+)\n/);
    await whenBulk(gateway, id, ({ status }) => status === 'SETTLING');
    await world.advanceClock(60_000);
    const { code, stdout, stderr } = await terminal.ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^Started SUSPEND \(40 SIMs\): \S+\n/);
    expect(stdout).toMatch(
      /^SUSPEND of 40 SIMs: COMPLETED in .*\n {2}40 succeeded, 0 failed, 0 unknown, 0 not sent\n$/,
    );
    const states = (await world.sims({ state: 'OFFLINE', limit: 2000 })).filter(({ iccid }) =>
      sims.includes(iccid),
    );
    expect(states.map(({ status }) => status.primary)).toEqual(sims.map(() => 'ON'));
  });

  test('ends with 1 if some SIMs fail, lists these by error code, and `results` prints the outcome of every SIM', async () => {
    const [good = ''] = await iccids(1);
    const sims = [good, special.E202, special.E002];
    const { code, stdout } = await run(['bulk', '--action', 'DEACTIVATE', '--sims', ...sims]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^DEACTIVATE of 3 SIMs: COMPLETED_WITH_ERRORS/);
    expect(stdout).toContain('  1 succeeded, 2 failed, 0 unknown, 0 not sent\n');
    expect(stdout).toMatch(
      new RegExp(`^FAILED {2}SIM_LOCKED_BY_ADMIN \\(E202\\) {2}1 SIM .*\\n {2}${special.E202}$`, 'm'),
    );
    expect(stdout).toMatch(new RegExp(`^FAILED {2}SIM_NOT_FOUND {2}1 SIM .*\\n {2}${special.E002}$`, 'm'));
    const id = /sim-gateway results (\S+) --outcome FAILED\n$/.exec(stdout)?.[1] ?? '';

    const failed = await run(['results', id, '--outcome', 'failed']);
    expect(failed.code).toBe(0);
    const [head, ...rows] = failed.stdout.trimEnd().split('\n');
    expect(head).toBe('iccid,eid,outcome,code,message');
    expect(rows.map((row) => row.split(',').slice(0, 4)).sort()).toEqual([
      [special.E002, '', 'FAILED', 'SIM_NOT_FOUND'],
      [special.E202, '', 'FAILED', 'SIM_LOCKED_BY_ADMIN'],
    ]);
    const all = await run(['results', id, '--json']);
    const lines = all.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual({ iccid: good, eid: null, outcome: 'SUCCEEDED', error: null });
  });

  test.each([
    ['CSV', []],
    ['JSON', ['--json']],
  ])(
    'accepts the output of `results` as its file (%s), including SIMs that are named only by EID',
    async (_, json) => {
      const [good = ''] = await iccids(1);
      const eid = '89049032007200888000000000000000';
      const first = await run(['bulk', '--action', 'RESET', '--json', '--sims', good, eid]);
      const { id } = JSON.parse(first.stdout);
      const results = await run(['results', id, ...json]);
      const again = await runTerminal(['bulk', '--action', 'RESET', '--json', '--file', '-'], {
        gateway: running.gateway,
        input: results.stdout,
      });
      expect(JSON.parse(again.stdout)).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
      const failed = await run(['results', JSON.parse(again.stdout).id, '--outcome', 'FAILED']);
      expect(failed.stdout).toContain(`\n,${eid},FAILED,SIM_NOT_FOUND,`);
    },
  );

  test('changes a group without a fleet index', async () => {
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

  test('with --json prints only the final state of the operation', async () => {
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

  test('ends with 2 and the error code if the gateway refuses the start', async () => {
    const [sim = ''] = await iccids(1);
    const { code, stdout, stderr } = await run(['bulk', '--action', 'RESET', '--expect', '2', '--sims', sim]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^EXPECTED_COUNT_MISMATCH: /);
    expect(await running.world.effectCounts({ path: '/reset', iccid: sim })).toEqual({});
  });

  test('starts one operation for two runs with the same key', async () => {
    const sims = await iccids(2);
    const args = [...messages(sims), '--idempotency-key', 'order-4711', '--json'];
    const first = JSON.parse((await run(args)).stdout);
    const second = JSON.parse((await run(args)).stdout);
    expect(second.id).toBe(first.id);
    expect(await running.world.effectCounts({ path: '/sendSms' })).toEqual(onceEach(sims));
  });

  test('retries a start whose response was lost, and changes nothing twice', async () => {
    const [sim = ''] = await iccids(1);
    const relay = await startLosingRelay(new URL(running.gateway.url).port);
    leftovers.push(relay.stop);
    relay.lose(1);
    const { code, stdout } = await runner.run([...messages([sim]), '--json'], relay);
    expect(code).toBe(0);
    expect(relay.toLose()).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: 1, succeeded: 1 });
    expect(await running.world.effectCounts({ path: '/sendSms', iccid: sim })).toEqual({ [sim]: 1 });
  });

  test('continues to poll while the gateway does not answer, and reports it once', async () => {
    const gate = running.relay.gate('/sendSms');
    const relay = await startLosingRelay(new URL(running.gateway.url).port);
    leftovers.push(relay.stop);
    const terminal = startTerminal(messages(await iccids(20)), { gateway: relay });
    await terminal.wrote(/Started/);
    relay.lose(2);
    await terminal.wrote(/The gateway answers again/);
    gate.open();
    const { code, stdout, stderr } = await terminal.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/The gateway does not answer \(.+\)\. Retrying[\s\S]*The gateway answers again\./);
    expect(stderr.match(/does not answer/g)).toHaveLength(1);
    expect(stdout).toMatch(/^SEND_SMS of 20 SIMs: COMPLETED in/);
  });

  test('closes SIMs only with --yes if there is no terminal', async () => {
    const sims = await iccids(2);
    const close = ['bulk', '--action', 'CLOSE', '--expect', '2', '--sims', ...sims];
    expect(await run(close)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Nothing was sent.'),
    });
    expect(await running.world.effectCounts({ path: '/close' })).toEqual({});
    expect((await run([...close, '--yes'])).code).toBe(0);
    expect(await running.world.effectCounts({ path: '/close' })).toEqual(onceEach(sims));
  });

  test('with --detach prints the id, and `watch` follows the operation', async () => {
    const gate = running.relay.gate('/sendSms');
    const started = await run([...messages(await iccids(12)), '--detach']);
    expect(started).toMatchObject({ code: 0, stderr: expect.stringContaining('sim-gateway watch ') });
    const watching = run(['watch', started.stdout.trim()]);
    gate.open();
    const watched = await watching;
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/^SEND_SMS of 12 SIMs: COMPLETED in/);
  });

  test('ends with 130 on an interrupt without a terminal, and the operation continues in the gateway', async () => {
    const { gateway, relay } = running;
    const gate = relay.gate('/sendSms');
    const terminal = startTerminal([...messages(await iccids(12)), '--json'], { gateway });
    const [, id = ''] = await terminal.wrote(/Started SEND_SMS \(12 SIMs\): (\S+)/);
    terminal.child.kill('SIGINT');
    const { code, stdout, stderr } = await terminal.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ id, finishedAt: null });
    expect(stderr).toContain(
      `the operation continues in the gateway. To follow it again: sim-gateway watch ${id}`,
    );
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 12 });
  });
});

describe('operations', () => {
  test('lists them, newest first, also only those with a status', async () => {
    const ids: string[] = [];
    for (const sim of [...(await iccids(1)), special.E202]) {
      const { stdout } = await run(['bulk', '--action', 'DEACTIVATE', '--sims', sim, '--json']);
      ids.push(JSON.parse(stdout).id);
    }
    const newest = await run(['operations', '--first', '2', '--columns', 'id,status,failed', '--csv']);
    expect(newest.stdout).toBe(
      `id,status,failed\n${ids[1]},COMPLETED_WITH_ERRORS,1\n${ids[0]},COMPLETED,0\n`,
    );
    const table = await run(['operations', '--first', '1', '--status', 'completed']);
    expect(table).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(`^STARTED +ACTION .*\\n\\S+Z  DEACTIVATE  COMPLETED  1 +0 +anonymous  ${ids[0]}\\n$`),
      ),
    });
  });
});

describe('bulk on a terminal', () => {
  const inTerminal = (args: string[], columns?: number) =>
    startInTerminal(args, { gateway: running.gateway, env: { NO_COLOR: '1' }, ...(columns && { columns }) });

  /** Presses Ctrl-C and waits until the program has asked `questions` times in all what to do. */
  async function interrupt(terminal: RunningTerminal, questions: number): Promise<void> {
    terminal.child.stdin.write('\x03');
    await terminal.wrote(new RegExp(`(go on\\?[\\s\\S]*){${questions}}`));
  }

  test('draws a bar; Ctrl-C and c cancel: the other SIMs are not sent, and the exit code is 1', async () => {
    const gate = running.relay.gate('/sendSms', { after: 100 });
    const terminal = inTerminal(messages(await iccids(300)), 150);
    await terminal.wrote(/SEND_SMS {2}\[=+ +\] {2}\d+% {2}\d+\/300 {2}\d+ succeeded/);
    await gate.holds(5);
    await interrupt(terminal, 1);
    expect(terminal.written()).toContain('[c]ancel, [d]etach, or go on?');
    terminal.child.stdin.write('c');
    const open = 'select from bulk_operation where canceled_at is not null and finished_at is null';
    await waitFor(async () => (await running.store.query(open)).length === 1);
    gate.open();
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/SEND_SMS of 300 SIMs: .*CANCELED/);
    expect(stdout).toContain(', 195 not sent');
    const [, id = ''] = /Started \S+ \(300 SIMs\): (\S+)/.exec(stdout) ?? [];
    const left = await run(['results', id, '--outcome', 'NOT_SENT', '--json']);
    expect(left.stdout.trimEnd().split('\n')).toHaveLength(195);
  });

  test('asks after Ctrl-C, continues on any other key, and detaches on d', async () => {
    const { gateway, relay } = running;
    const gate = relay.gate('/sendSms');
    const terminal = inTerminal(messages(await iccids(60)));
    const [, id = ''] = await terminal.wrote(/Started \S+ \(60 SIMs\): ([\w-]+)\s/);
    await terminal.wrote(/ 0\/60/);
    await interrupt(terminal, 1);
    terminal.child.stdin.write('g');
    // A signal soon after the first one counts as the same key press. The program polls once per second.
    for (const answered of [10, 20]) {
      gate.pass(10);
      await whenBulk(gateway, id, ({ succeeded }) => succeeded === answered);
      await terminal.wrote(new RegExp(`go on\\?[\\s\\S]* ${answered}/60`));
    }
    await interrupt(terminal, 2);
    terminal.child.stdin.write('d');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(
      /Detached: the operation continues in the gateway\. To follow it again: sim-gateway watch \S+/,
    );
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60 });
  });

  test('detaches on a second Ctrl-C, and prints no colours with NO_COLOR', async () => {
    const { gateway, relay } = running;
    const gate = relay.gate('/sendSms');
    const terminal = inTerminal(messages(await iccids(20)));
    const [, id = ''] = await terminal.wrote(/Started \S+ \(20 SIMs\): ([\w-]+)\s/);
    await terminal.wrote(/ 0\/20/);
    await interrupt(terminal, 1);
    terminal.child.stdin.write('\x03');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Detached');
    expect(stdout).not.toContain('\x1b');
    gate.open();
    expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 20 });
  });

  test('asks to type the number before it closes SIMs, and sends nothing if another number is typed', async () => {
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

  test('asks before it changes a group, with the number of its SIMs, and sends nothing unless the answer is yes', async () => {
    const sims = await iccids(3);
    for (const sim of sims) await run(['set-group', sim, 'G\x1b[2J']);
    const reset = (...more: string[]) =>
      inTerminal(['bulk', '--action', 'RESET', '--group', 'G\x1b[2J', ...more]);
    const [refused, accepted, counted] = [reset(), reset(), reset('--expect', '2')];
    for (const [terminal, number] of [
      [refused, 3],
      [accepted, 3],
      [counted, 2],
    ] as const)
      await terminal.wrote(
        new RegExp(`LIVE ACCOUNT: Reset ${number} SIMs of the group G.\\[2J\\? \\[y/N\\]`),
      );
    refused.child.stdin.write('n\r');
    expect(await refused.ended).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('Nothing was sent.'),
    });
    counted.child.stdin.write('y\r');
    expect((await counted.ended).stdout).toContain('EXPECTED_COUNT_MISMATCH');
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual({});
    accepted.child.stdin.write('YES\r');
    expect((await accepted.ended).code).toBe(0);
    expect(await running.world.effectCounts({ path: '/reset' })).toEqual(onceEach(sims));
  });

  test('asks also for a list from a pipe', async () => {
    const inputFile = join(tmpdir(), `sims-${process.pid}.txt`);
    writeFileSync(inputFile, (await iccids(2)).join('\n'));
    leftovers.push(() => rmSync(inputFile));
    const args = ['bulk', '--action', 'SEND_SMS', '--text', 'hi', '--file', '-'];
    const piped = startInTerminal(args, { gateway: running.gateway, inputFile });
    await piped.wrote(/Send the SMS "hi" to 2 SIMs\? \[y\/N\]/);
    piped.child.stdin.write('\r');
    expect((await piped.ended).code).toBe(2);
    expect(await running.effects()).toBe(0);
  });

  test('asks for a group without SIMs: others may join it', async () => {
    const empty = inTerminal(['bulk', '--action', 'RESET', '--group', 'Nothing yet']);
    await empty.wrote(/Reset 0 SIMs of the group Nothing yet\? \[y\/N\]/);
    empty.child.stdin.write('\r');
    expect((await empty.ended).code).toBe(2);
  });

  test('asks nothing with --dry-run, and for one SIM without an SMS', async () => {
    const sims = await iccids(2);
    const reset = ['bulk', '--action', 'RESET', '--sims'];
    expect((await inTerminal([...reset, ...sims, '--dry-run']).ended).code).toBe(0);
    expect((await inTerminal([...reset, sims[0] ?? '']).ended).code).toBe(0);
  });

  test('prints colours, but not with --no-color', async () => {
    const { gateway } = running;
    const sims = await iccids(1);
    const colored = startInTerminal(messages(sims), { gateway });
    const asked = startInTerminal([...messages(sims), '--no-color'], { gateway });
    expect((await colored.ended).stdout).toContain('\x1b[32m');
    expect((await asked.ended).stdout).not.toContain('\x1b');
  });
});
