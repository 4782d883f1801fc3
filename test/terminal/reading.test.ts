import { describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import { wholeMonths } from '../support/months.ts';
import { runGateway } from '../support/running.ts';
import { createRunner, runTerminal, startInTerminal, startTerminal } from './terminal.ts';

const running = runGateway({ sims: 1200, clock: wholeMonths() });
const runner = createRunner();

const run = (args: string[]) => runner.run(args, running.gateway);

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('sims', () => {
  test('prints a page as a table without colour, the number of SIMs, and a cursor for the next page', async () => {
    const known = await running.world.sims({ limit: 4 });
    const forced = { FORCE_COLOR: '3', TERM: 'xterm-256color' };
    const { code, stdout, stderr } = await runTerminal(['sims', '--first', '3'], {
      gateway: running.gateway,
      env: forced,
    });
    expect(code).toBe(0);
    // Colour is for terminals only, regardless of the environment.
    expect(stdout + stderr).not.toContain('\x1b');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^ICCID +NAME +STATE +PENDING +GROUP +USAGE +COST$/);
    expect(stdout).toContain(`${known[0]?.iccid}  ${known[0]?.name}`);
    expect(stderr).toMatch(/^3 of 1,200\. Next page: --after \S+ {3}All pages: --all\n$/);
    const after = /--after (\S+)/.exec(stderr)?.[1] ?? '';
    const next = await run(['sims', '--first', '1', '--after', after, '--json']);
    expect(jsonLines(next.stdout)).toMatchObject([{ iccid: known[3]?.iccid }]);
  });

  test('is cut to the width of a terminal, but ICCIDs are not', async () => {
    const { gateway, world } = running;
    const known = await world.sims({ limit: 3 });
    const { ended } = startInTerminal(['sims', '--first', '3', '--no-color'], { gateway, columns: 60 });
    const lines = (await ended).stdout.split('\r\n').slice(0, 4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines.slice(1).map((line) => line.slice(0, 19))).toEqual(known.map(({ iccid }) => iccid));
    expect(lines.join()).toContain('…');
  });

  test('prints chosen columns, as a table or as CSV, and no header with --no-header', async () => {
    const [sim] = await running.world.sims({ limit: 1 });
    const { stdout } = await run(['sims', '--first', '1', '--columns', 'state,iccid', '--no-header']);
    expect(stdout).toBe(`${sim?.state}  ${sim?.iccid}\n`);
    const csv = await run(['sims', '--first', '1', '--csv', '--columns', 'iccid,name,limitMegabytes']);
    expect(csv.stdout).toBe(
      `iccid,name,limitMegabytes\n${sim?.iccid},${sim?.name},${sim?.data_limit || ''}\n`,
    );
    const all = await run(['sims', '--first', '1', '--csv', '--no-header']);
    expect(all.stdout).toMatch(new RegExp(`^${sim?.iccid},.*,\\d+,\\d*(,[\\dTZ:.-]+){2},[\\d.]+,EUR\\n$`));
  });

  test('with --all --json prints every SIM once, one per line', async () => {
    const { code, stdout } = await run(['sims', '--all', '--json']);
    expect(code).toBe(0);
    const sims = jsonLines(stdout);
    const known = await running.world.sims({ limit: 2000 });
    expect(sims.map(({ iccid }) => iccid).sort()).toEqual(known.map(({ iccid }) => iccid).sort());
    const [sim] = known;
    expect(sims.find(({ iccid }) => iccid === sim?.iccid)).toEqual({
      iccid: sim?.iccid,
      eid: sim?.eid ?? null,
      name: sim?.name,
      state: sim?.state,
      pendingState: null,
      offlineReason: null,
      group: sim?.group ?? null,
      usedBytes: expect.any(Number),
      limitMegabytes: sim?.data_limit || null,
      lastDataSessionAt: expect.stringMatching(/^\d{4}-/),
      lastNetworkActivityAt: expect.stringMatching(/^\d{4}-/),
      cost: { amount: expect.any(Number), currency: 'EUR' },
    });
  });

  test('with --group prints only the SIMs of that group', async () => {
    const group = (await running.world.sims({ limit: 50 })).find((sim) => sim.group)?.group ?? '';
    const { stdout } = await run(['sims', '--group', group, '--all', '--json']);
    const known = await running.world.sims({ group, limit: 2000 });
    expect(
      jsonLines(stdout)
        .map(({ iccid }) => iccid)
        .sort(),
    ).toEqual(known.map(({ iccid }) => iccid).sort());
  });

  test('ends with 1 for a group that does not exist', async () => {
    expect(await run(['sims', '--group', 'No such group'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'NOT_FOUND: There is no group "No such group".\n',
    });
  });

  test('ends with 2 for a cursor of another list, and prints the error with its extensions as JSON', async () => {
    const { code, stdout, stderr } = await run(['sims', '--after', 'x', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/after/),
      retryable: false,
      requestId: expect.any(String),
      path: ['sims'],
    });
  });

  test('is refused with a filter if the gateway keeps no fleet index', async () => {
    const { code, stdout, stderr } = await run(['sims', '--state', 'LIVE']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^FEATURE_NOT_ENABLED: /);
  });

  test('prints SIMs without their cost and ends with 1 if the cost cannot be read', async () => {
    for (const path of ['/get_sim_costs', '/get_sim_cost'])
      await running.world.addFaults({ path, kind: 'error', code: 'E003' });
    const { code, stdout, stderr } = await run(['sims', '--first', '3', '--json']);
    expect(code).toBe(1);
    expect(jsonLines(stdout).map(({ cost }) => cost)).toEqual([null, null, null]);
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    const errors = lines.map((line) => JSON.parse(line).error);
    expect(errors.filter(({ path }) => path.includes('cost'))).toEqual(
      jsonLines(stdout).map(({ iccid }, index) =>
        expect.objectContaining({
          code: 'FEATURE_NOT_ENABLED',
          iccids: [iccid],
          path: ['sims', 'nodes', index, 'cost'],
        }),
      ),
    );
  });

  test('makes names with control characters safe', async () => {
    const [sim] = await running.world.sims({ limit: 1 });
    const name = '\x1b[2J\x1b]0;owned\x07\x9b31m';
    await running.world.patchSim(sim?.iccid ?? '', { name });
    const table = await run(['sims', '--first', '1']);
    const json = await run(['sims', '--first', '1', '--json']);
    await running.world.patchSim(sim?.iccid ?? '', { name: sim?.name });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    for (const { stdout } of [table, json]) expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(table.stdout).toContain('[2J');
    expect(jsonLines(json.stdout)[0].name).toBe(name);
  });
});

describe('sim', () => {
  test('prints one SIM with all fields', async () => {
    const { code, stdout } = await run(['sim', special.E210]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ICCID +${special.E210}$`, 'm'));
    expect(stdout).toMatch(/^state +LIVE$/m);
    expect(stdout).toMatch(/^usage +25\.\d MB$/m);
    expect(stdout).toMatch(/^actions +DEACTIVATE, SUSPEND/m);
  });

  test('finds a SIM by its EID', async () => {
    const [sim] = await running.world.sims({ esim: true, limit: 1 });
    const { stdout } = await run(['sim', sim?.eid ?? '', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ iccid: sim?.iccid, eid: sim?.eid });
  });

  test('prints code and message, without a stack, if the SIM does not exist', async () => {
    expect(await run(['sim', special.E002])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'SIM_NOT_FOUND: The account has no such SIM.\n',
    });
  });
});

describe('alerts', () => {
  test('prints a page of them, newest first, and marks none as read', async () => {
    const read = await run(['alerts', '--unread', '--all', '--json']);
    expect(read.code).toBe(0);
    const alerts = jsonLines(read.stdout);
    const times = alerts.map(({ raisedAt }) => raisedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(alerts[0]).toMatchObject({ iccid: expect.stringMatching(/^\d{18,22}$/), isRead: false });
    const page = await run(['alerts', '--first', '1', '--unread']);
    expect(page.stdout).toMatch(/^RAISED +ICCID +READ +TRIGGER\n\S+Z {2}\d+ +no {4}\S.*\n$/);
    expect(page.stderr).toMatch(/^1 of [\d,]+\. Next page: --after \S+ {3}All pages: --all\n$/);
  });

  test('prints those of a SIM, and is refused for a group that does not exist', async () => {
    const [alert] = jsonLines((await run(['alerts', '--first', '1', '--json'])).stdout);
    const { stdout } = await run(['alerts', '--iccid', alert.iccid, '--json']);
    expect(jsonLines(stdout)).toContainEqual(alert);
    expect(new Set(jsonLines(stdout).map(({ iccid }) => iccid))).toEqual(new Set([alert.iccid]));
    const absent = await run(['alerts', '--group', 'No such group']);
    expect(absent).toMatchObject({ code: 1, stderr: 'NOT_FOUND: There is no group "No such group".\n' });
  });
});

describe('watch with SIMs', () => {
  /** A LIVE SIM that is not in transition and that accepts every change. */
  async function stableSim() {
    const sims = await running.world.sims({ state: 'LIVE', limit: 50 });
    return sims.find(({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'));
  }

  test('prints a line for each change and ends when no SIM is in transition', async () => {
    const { gateway, world } = running;
    await world.setBehaviour({ settleMs: { min: 60_000, max: 60_000 } });
    const sim = await stableSim();
    const by = { input: { sim: { iccid: sim?.iccid } } };
    await gateway.ask('mutation ($input: SimInput!) { suspendSim(input: $input) { iccid } }', by);
    const watching = startTerminal(['watch', sim?.iccid ?? '', '--every', '0.2'], { gateway });
    await watching.wrote(/in transition to OFFLINE {2}/);
    await world.advanceClock(60_000);
    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    const [first, second, ...more] = stdout.trimEnd().split('\n');
    expect(first).toContain(`${sim?.iccid}  in transition to OFFLINE  ${sim?.name}`);
    expect(second).toContain(`${sim?.iccid}  in transition to OFFLINE -> OFFLINE  ${sim?.name}`);
    expect(more).toEqual([]);
  });

  test('with --json prints an object for each SIM, and ends with 1 if one does not exist', async () => {
    const sim = await stableSim();
    const { code, stdout } = await run(['watch', sim?.iccid ?? '', special.E002, '--json']);
    expect(code).toBe(1);
    expect(jsonLines(stdout)).toEqual([
      {
        at: expect.any(String),
        iccid: sim?.iccid,
        name: sim?.name,
        previousState: null,
        state: 'LIVE',
        pendingState: null,
      },
      {
        at: expect.any(String),
        key: special.E002,
        error: { code: 'SIM_NOT_FOUND', message: 'The account has no such SIM.' },
      },
    ]);
  });
});
