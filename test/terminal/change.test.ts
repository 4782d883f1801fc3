import { describe, expect, test } from '@jest/globals';
import { onceEach, runBulkGateway } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { startRelay } from '../support/relay.ts';
import { startLosingRelay } from './losing-relay.ts';
import { createRunner, startInTerminal, startTerminal } from './terminal.ts';

const running = runBulkGateway({ sims: 200 });
const { iccids } = running;
const runner = createRunner();
const run = (...args: string[]) => runner.run(args, running.gateway);
const inTerminal = (...args: string[]) => startInTerminal(args, { gateway: running.gateway });

const json = (stdout: string) => JSON.parse(stdout) as Record<string, unknown>;

/** The ICCID and EID of a settled eSIM. */
async function stableEsim() {
  const [iccid = ''] = await iccids(1, { esim: true });
  const esims = await running.world.sims({ esim: true, limit: 500 });
  return { iccid, eid: esims.find((sim) => sim.iccid === iccid)?.eid ?? '' };
}

describe('a command for one SIM', () => {
  test('changes its state, prints the outcome and the state, and changes nothing if it already is so', async () => {
    const [sim = ''] = await iccids(1);
    const { code, stdout } = await run('suspend', sim);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^SUSPEND of ${sim} \\(.+\\): SUCCEEDED, OFFLINE \\(SUSPENDED\\)\\n$`));
    const again = await run('suspend', sim, '--json');
    expect(json(again.stdout)).toEqual({
      iccid: sim,
      eid: null,
      action: 'SUSPEND',
      outcome: 'SUCCEEDED',
      error: null,
      name: expect.any(String),
      state: 'OFFLINE',
      pendingState: null,
      offlineReason: 'SUSPENDED',
    });
    expect(await running.world.effectCounts({ path: '/suspend' })).toEqual({ [sim]: 1 });
    expect((await run('resume', sim)).stdout).toContain('SUCCEEDED, LIVE\n');
  });

  test('--wait follows the SIM until its transition has ended', async () => {
    const { world, gateway } = running;
    const [sim = ''] = await iccids(1);
    await world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    const started = await run('suspend', sim);
    expect(started).toMatchObject({ code: 0, stderr: `To follow it: sim-gateway watch ${sim}\n` });
    expect(started.stdout).toContain('SUCCEEDED, in transition to OFFLINE (SUSPENDED)\n');
    const waiting = startTerminal(['suspend', sim, '--wait', '--json'], { gateway });
    await waiting.wrote(/in transition to OFFLINE/);
    await world.advanceClock(60_000);
    const { code, stdout } = await waiting.ended;
    await world.setBehaviour({ settleMs: { min: 0, max: 0 } });
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ outcome: 'SUCCEEDED', state: 'OFFLINE', pendingState: null });
  });

  test('--wait ends with 1 if the SIM has settled in another state', async () => {
    const { world, gateway } = running;
    // The sandbox does not close a SIM after this: not one that other tests use.
    const sim = (await iccids(9)).at(-1) ?? '';
    await world.setBehaviour({ settleMs: { min: 600_000, max: 600_000 } });
    const waiting = startTerminal(['suspend', sim, '--wait'], { gateway });
    await waiting.wrote(/in transition to OFFLINE/);
    await world.setBehaviour({ settleMs: { min: 0, max: 0 } });
    await world.patchSim(sim, { state: 'LIVE', status: { primary: 'ON', secondary: 'LIVE' } });
    const { code, stdout } = await waiting.ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED, LIVE {2}STATE_NOT_REACHED: The SIM settled in LIVE\.\n$/);
  });

  test('sets a name, a group, a data limit and an IMEI lock, and names the SIM by its EID', async () => {
    const { iccid, eid } = await stableEsim();
    const settings = [
      ['set-name', eid, 'pump \x1b[2J'],
      ['set-group', iccid, 'Pumps'],
      ['set-data-limit', iccid, '2000'],
      ['set-data-limit', iccid, 'unlimited'],
      ['set-imei-lock', iccid, 'on'],
    ];
    for (const args of settings) {
      const { code, stdout } = await run(...args);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^\\w+ of ${iccid} \\(pump .\\[2J\\): SUCCEEDED\\n$`)),
      });
      expect(stdout).not.toContain('\x1b');
    }
    const [changed] = await running.world.sims({ group: 'Pumps', limit: 2 });
    expect(changed).toMatchObject({ iccid, name: 'pump \x1b[2J', data_limit: 0 });
  });

  test('ends with 1 and the code of a SIM that refuses the change, also for a list of one SIM', async () => {
    expect(await run('suspend', special.E202)).toEqual({
      code: 1,
      stdout: `SUSPEND of ${special.E202}: FAILED  SIM_LOCKED_BY_ADMIN (E202): An administrator locked the status of this SIM.\n`,
      stderr: '',
    });
    const sms = await run('send-sms', special.E240, '--text', 'hi', '--json');
    expect(sms.code).toBe(1);
    expect(json(sms.stdout)).toMatchObject({ outcome: 'FAILED', error: { code: 'SMS_NOT_ALLOWED' } });
  });

  test('ends with 1 and the outcome UNKNOWN without a clear answer of the SIM API', async () => {
    const [sim = ''] = await iccids(1);
    await running.world.addFaults({ path: '/sendSms', kind: 'error', code: 'E000' });
    const { code, stdout, stderr } = await run('send-sms', sim, '--text', 'hi');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^SEND_SMS of ${sim}.*: UNKNOWN {2}OUTCOME_UNKNOWN \\(E000\\): `));
    expect(stderr).toBe(`Read the SIM before you send the change again: sim-gateway sim ${sim}\n`);
  });

  test('ends with 2 if the gateway refuses a value, or the idempotency key with other values', async () => {
    const [sim = ''] = await iccids(1);
    expect(await run('set-group', sim, '')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'BAD_USER_INPUT: group must not be empty\n',
    });
    const key = ['--idempotency-key', 'sms-1'];
    expect((await run('send-sms', sim, '--text', 'hi', ...key)).code).toBe(0);
    const other = await run('send-sms', sim, '--text', 'ho', ...key);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('IDEMPOTENCY_CONFLICT') });
  });

  test('repeats a request whose answer was lost, and changes nothing twice', async () => {
    const [sim = ''] = await iccids(1);
    const relay = await startLosingRelay(new URL(running.gateway.url).port);
    relay.lose(1);
    const { code } = await runner.run(['send-sms', sim, '--text', 'hi'], relay);
    relay.stop();
    expect({ code, lost: relay.toLose() }).toEqual({ code: 0, lost: 0 });
    expect(await running.world.effectCounts({ path: '/sendSms' })).toEqual(onceEach([sim]));
  });

  test('--dry-run sends nothing', async () => {
    const [sim = ''] = await iccids(1);
    const { code, stdout } = await run('set-group', sim, 'Elsewhere', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ total: 1, toSend: 1 });
    expect(await running.effects()).toBe(0);
  });
});

describe('audit', () => {
  test('lists the changes of a SIM, newest first, by action and actor', async () => {
    const [sim = ''] = await iccids(1);
    await run('set-group', sim, 'Audited');
    await run('reset', sim);
    const all = await run(
      'audit',
      '--iccid',
      sim,
      '--first',
      '2',
      '--columns',
      'action,actor,outcome',
      '--csv',
    );
    expect(all.stdout).toBe(
      'action,actor,outcome\nRESET,anonymous,SUCCEEDED\nSET_GROUP,anonymous,SUCCEEDED\n',
    );
    const filters = ['--action', 'set-group', '--actor', 'anonymous', '--since', '1h', '--first', '1'];
    const one = await run('audit', '--iccid', sim, ...filters, '--json');
    expect(json(one.stdout)).toMatchObject({
      action: 'SET_GROUP',
      arguments: expect.stringContaining('Audited'),
      iccids: [sim],
    });
    expect(await run('audit', '--actor', 'key:nobody')).toMatchObject({
      code: 0,
      stderr: 'There is no such entry.\n',
    });
  });
});

describe('questions', () => {
  test('close needs --yes without a terminal', async () => {
    const [sim = ''] = await iccids(1);
    expect(await run('close', sim)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('close needs --yes here'),
    });
    expect(await running.effects()).toBe(0);
    expect((await run('close', sim, '--yes')).stdout).toContain('SUCCEEDED, CLOSED\n');
  });

  test('close asks to type the ICCID again, also of a SIM that is named by its EID', async () => {
    const { iccid, eid } = await stableEsim();
    const [refused, closed] = [inTerminal('close', iccid), inTerminal('close', eid)];
    for (const terminal of [refused, closed]) await terminal.wrote(/Type the ICCID again/);
    expect(closed.written()).toMatch(new RegExp(`This closes ${iccid} \\(.*, LIVE\\) permanently\\.`));
    refused.child.stdin.write('yes\r');
    expect(await refused.ended).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('Nothing was sent.'),
    });
    expect(await running.effects()).toBe(0);
    closed.child.stdin.write(`${iccid}\r`);
    expect((await closed.ended).code).toBe(0);
    expect(await running.world.effectCounts({ path: '/close' })).toEqual({ [iccid]: 1 });
  });

  test('what was typed before the question is no answer to it', async () => {
    const [sim = ''] = await iccids(1);
    const relay = await startRelay(running.gateway.url);
    const first = relay.hold('/graphql');
    const terminal = startInTerminal(['send-sms', sim, '--text', 'hi'], { gateway: relay });
    await first.arrived;
    terminal.child.stdin.write('y\r');
    // The terminal shows what has reached it.
    await terminal.wrote(/y\r?\n/);
    first.release();
    await terminal.wrote(/\[y\/N\]/);
    terminal.child.stdin.write('n\r');
    expect(await terminal.ended).toMatchObject({ code: 2 });
    await relay.stop();
    expect(await running.effects()).toBe(0);
  });

  test('send-sms asks on a terminal, with the text; other commands ask nothing', async () => {
    const [sim = ''] = await iccids(1);
    const [no, interrupted, yes] = [1, 2, 3].map(() => inTerminal('send-sms', sim, '--text', 'a\x07b'));
    for (const terminal of [no, interrupted, yes])
      await terminal?.wrote(
        new RegExp(`LIVE ACCOUNT: Send the SMS "a\\\\u0007b" to the SIM ${sim}\\? \\[y/N\\]`),
      );
    no?.child.stdin.write('\r');
    interrupted?.child.stdin.write('\x03');
    expect(await no?.ended).toMatchObject({ code: 2, stdout: expect.stringContaining('Nothing was sent.') });
    expect((await interrupted?.ended)?.code).toBe(130);
    expect(await running.effects()).toBe(0);
    yes?.child.stdin.write('y\r');
    expect((await yes?.ended)?.code).toBe(0);
    expect(await running.world.effectCounts({ path: '/sendSms' })).toEqual({ [sim]: 1 });
    expect(await inTerminal('reset', sim).ended).toMatchObject({ code: 0 });
  });
});
