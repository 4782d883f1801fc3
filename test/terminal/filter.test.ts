import { afterEach, describe, expect, test } from '@jest/globals';
import { runFilterFixture } from './filter-fixture.ts';
import { createRunner, startInTerminal } from './terminal.ts';

const filterFixture = runFilterFixture();

const runner = createRunner();
const run = (...args: string[]) => runner.run(args, filterFixture.gateway);

/** Lists fixture SIMs; returns the numbers in their names, in the order of the list. */
async function listed(...args: string[]): Promise<number[]> {
  const { code, stdout, stderr } = await run('sims', '--search', 'aTTic-', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => Number(JSON.parse(line).name.slice('Attic-'.length)));
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

describe('sims', () => {
  test.each<[string, string[], number[]]>([
    ['by part of their name', [], [1, 2, 3, 4, 5, 6, 7]],
    ['in a state, or in transition to it', ['--state', 'LIVE'], [1, 2, 3, 6, 7]],
    ['in one of several states', ['--state', 'offline,test', '--state', 'LIVE'], [1, 2, 3, 4, 5, 6, 7]],
    ['of a group', ['--group', 'Cellar'], [2, 7]],
    ['of several groups', ['--group', 'Cellar', '--group', 'Attic'], [1, 2, 3, 4, 6, 7]],
    ['in no group', ['--no-group'], [5]],
    ['that used at least a share of their limit', ['--used-at-least', '80%'], [6]],
    ['without a data session for some days', ['--silent-since', '30d'], [1, 4]],
    ['without a data session for some weeks', ['--silent-since', '2w'], [1, 2, 4]],
    [
      'without a data session for some hours, except SIMs that never had one',
      ['--silent-since', '1h'],
      [1, 2, 4, 5, 6, 7],
    ],
    ['without a data session since a date', ['--silent-since', daysAgo(45)], [4]],
    ['that are eSIMs', ['--esim'], [5]],
    ['that are not eSIMs', ['--no-esim'], [1, 2, 3, 4, 6, 7]],
    ['in transition to another state', ['--moving'], [7]],
    ['that are not in transition', ['--no-moving'], [1, 2, 3, 4, 5, 6]],
    ['that never had a data session', ['--never-had-session'], [3]],
    ['that have had a data session', ['--no-never-had-session'], [1, 2, 4, 5, 6, 7]],
    ['with a data session since some days', ['--session-after', '30d'], [2, 5, 6, 7]],
    [
      'that used an amount of data',
      ['--used-bytes-at-least', '24MB', '--used-bytes-at-most', '26MB', '--used-at-least', '1'],
      [6],
    ],
    ['that are not over their limit', ['--no-over-limit'], [1, 2, 3, 4, 5, 6, 7]],
    ['that are over their limit', ['--over-limit'], []],
    ['that are both old and new', ['--modified-before', '1h', '--modified-after', '1h'], []],
    [
      'that match a filter in JSON',
      ['--filter', '{"or":[{"inNoGroup":true},{"groups":["Cellar"]}]}'],
      [2, 5, 7],
    ],
    [
      'that match a filter in JSON and options',
      ['--moving', '--filter', '{"not":{"groups":["Attic"]}}'],
      [7],
    ],
    ['that match all conditions', ['--state', 'LIVE', '--group', 'Attic', '--silent-since', '30d'], [1]],
  ])('are found %s', async (_, args, numbers) => {
    expect((await listed(...args)).sort()).toEqual(numbers);
  });

  test('are found by ICCID, by type and by the reason why they are OFFLINE', async () => {
    const { 'Attic-1': one = '', 'Attic-4': four = '' } = filterFixture.iccids;
    expect((await listed('--iccid', one, '--iccid', four)).sort()).toEqual([1, 4]);
    const offline = (await filterFixture.world.sims({ state: 'OFFLINE', limit: 200 })).filter(
      ({ status }) => status.primary !== 'PENDING',
    );
    const suspended = offline.filter(({ status }) => status.secondary === 'SUSPENDED');
    for (const [reason, sims] of [
      ['suspended', suspended],
      ['deactivated', offline.filter((sim) => !suspended.includes(sim))],
    ] as const) {
      expect(sims.length).toBeGreaterThan(0);
      const { stdout } = await run('sims', '--offline-reason', reason, '--no-moving', '--all', '--json');
      const found = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(found.map(({ iccid }) => iccid).sort()).toEqual(sims.map(({ iccid }) => iccid).sort());
      expect(new Set(found.map(({ offlineReason }) => offlineReason))).toEqual(
        new Set([reason.toUpperCase()]),
      );
    }
    const type = String(offline[0]?.type);
    const { stdout } = await run('sims', '--type', type, '--all', '--json');
    const sims = await filterFixture.world.sims({ limit: 1000 });
    expect(stdout.trimEnd().split('\n')).toHaveLength(sims.filter((sim) => sim.type === type).length);
    const { stdout: shown } = await run('sim', suspended[0]?.iccid ?? '');
    expect(shown).toMatch(/^state +OFFLINE \(SUSPENDED\)$/m);
  });

  test('that match a filter that the gateway refuses are an error that names the path', async () => {
    expect(await run('sims', '--filter', '{"not":{"colour":"red"}}')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('colour'),
    });
  });

  test('are sorted by ICCID or by --sort, those without a value last', async () => {
    const byIccid = Object.entries(filterFixture.iccids).sort(([, a], [, b]) => (a < b ? -1 : 1));
    expect(await listed()).toEqual(byIccid.map(([name]) => Number(name.slice('Attic-'.length))));
    expect(await listed('--sort', 'name')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await listed('--sort', 'name:desc')).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await listed('--sort', 'session')).toEqual([4, 1, 2, 6, 5, 7, 3]);
    expect(await listed('--sort', 'session:desc')).toEqual([7, 5, 6, 2, 1, 4, 3]);
    expect((await listed('--sort', 'percent:desc'))[0]).toBe(6);
    // Only one of them has an EID.
    expect((await listed('--sort', 'eid'))[0]).toBe(5);
    expect((await listed('--sort', 'cost:desc')).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await listed('--sort', 'msisdn')).toEqual((await listed('--sort', 'msisdn:desc')).reverse());
  });

  test('of one group are sorted by --sort too', async () => {
    const [known] = (await filterFixture.world.sims({ limit: 100 })).filter((sim) => sim.group);
    const group = known?.group ?? '';
    const { stdout } = await run('sims', '--group', group, '--sort', 'iccid:desc', '--all', '--json');
    const found: string[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).iccid);
    const iccids = (await filterFixture.world.sims({ group, limit: 1000 })).map(({ iccid }) => iccid);
    expect(found).toEqual(iccids.sort().reverse());
  });

  test('continue after a cursor in the same order', async () => {
    const args = ['--sort', 'name:desc', '--first', '3'];
    const { stderr } = await run('sims', '--search', 'attic-', ...args);
    expect(stderr).toMatch(/^3 of 7\. Next page: --after /);
    const after = /--after (\S+)/.exec(stderr)?.[1] ?? '';
    expect(await listed(...args, '--after', after)).toEqual([4, 3, 2]);
  });

  test('print nothing but a message if none matches', async () => {
    expect(await run('sims', '--group', 'no such group', '--group', 'nor this', '--json')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No SIM matches.\n',
    });
  });

  test('of one group that does not exist are an error', async () => {
    expect(await run('sims', '--group', 'no such group')).toMatchObject({
      code: 1,
      stderr: 'NOT_FOUND: There is no group "no such group".\n',
    });
  });
});

describe('fleet', () => {
  test('prints the counts of the SIMs that match, by state and by group, as tables', async () => {
    const { code, stdout, stderr } = await run('fleet', '--search', 'attic-');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [sentence, ...tables] = stdout.trimEnd().split('\n');
    expect(sentence).toMatch(
      /^7 SIMs, 1 in transition to another state, 0 over the data limit, .+ used this month$/,
    );
    expect(tables).toEqual([
      '',
      'STATE    SIMS',
      'LIVE        5',
      'OFFLINE     2',
      '',
      'GROUP       SIMS',
      'Attic          4',
      'Cellar         2',
      '(no group)     1',
    ]);
  });

  test('prints the counts of all SIMs as one JSON object', async () => {
    const { code, stdout } = await run('fleet', '--json');
    expect(code).toBe(0);
    const fleet = JSON.parse(stdout);
    const sims = await filterFixture.world.sims({ limit: 1000 });
    expect(fleet).toMatchObject({ total: sims.length, isComplete: true, asOf: expect.any(String) });
    expect(fleet.byState).toContainEqual({
      state: 'CLOSED',
      count: sims.filter(({ state }) => state === 'CLOSED').length,
    });
    expect(fleet.byGroup).toContainEqual({ group: 'Cellar', count: 2 });
    expect(fleet.byGroup).toContainEqual({ group: null, count: sims.filter(({ group }) => !group).length });
  });
});

test('groups prints each group with its number of SIMs, and the number of those in none', async () => {
  const { code, stdout, stderr } = await run('groups', '--json');
  expect(code).toBe(0);
  const groups = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(groups.map(({ name }) => name)).toEqual(groups.map(({ name }) => name).sort());
  const { data } = await filterFixture.gateway.ask<{ fleet: { total: number } }>('{ fleet { total } }');
  const sims = groups.reduce((sum, { sims }) => sum + sims, 0);
  expect(groups).toContainEqual({ name: 'Cellar', sims: 2 });
  expect(stderr).toBe(`In no group: ${data.fleet.total - sims} SIMs.\n`);
});

describe('an index', () => {
  afterEach(() => readAt('clock_timestamp()'));
  const readAt = (at: string) => filterFixture.store.query(`update fleet_sync set synced_at = ${at}`);

  test('whose last full sync is old causes a warning, and the exit code is 0', async () => {
    await readAt(`clock_timestamp() - interval '10 minutes'`);
    const answers = [await run('sims', '--all', '--json'), await run('fleet', '--json')];
    for (const { code, stderr } of answers) {
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /This may be \d+ min.* old: the gateway has not read the whole fleet since 20\S+Z\.\n/,
      );
    }
  });

  test('without a completed full sync causes a warning with exit code 1, and bulk by filter changes nothing', async () => {
    await readAt('null');
    const answers = [
      await run('sims', '--first', '2'),
      await run('fleet'),
      await run('bulk', '--action', 'RESET', '--search', 'attic-'),
    ];
    for (const { stderr } of answers) expect(stderr).toMatch(/SIMs are missing here\.\n/);
    expect(answers.map(({ code }) => code)).toEqual([1, 1, 2]);
    expect(answers[2]?.stderr).toMatch(/Nothing was sent\.\n$/);
    expect(await filterFixture.world.effects()).toEqual([]);
  });
});

/** Effect counts of the fixture SIMs with these numbers: one change each. */
const once = (...numbers: number[]) =>
  Object.fromEntries(numbers.map((number) => [filterFixture.iccids[`Attic-${number}`], 1]));

const message = ['bulk', '--action', 'SEND_SMS', '--text', 'hi'];

describe('bulk --dry-run', () => {
  const dry = (...args: string[]) => run('bulk', '--dry-run', ...args);
  afterEach(async () => expect(await filterFixture.world.effects()).toEqual([]));
  /** A group that the SIM API lists; those of the fixture exist in the index only. */
  const someGroup = async () => {
    const known = (await filterFixture.world.sims({ limit: 200 })).map(({ group = '' }) => group);
    return known.find((group) => !['', 'Attic', 'Cellar'].includes(group)) ?? '';
  };

  test('prints what the change would do, and sends nothing', async () => {
    const { code, stdout, stderr } = await dry('--action', 'SUSPEND', '--search', 'attic-', '--no-esim');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing was sent.\n' });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^SUSPEND of 6 SIMs \("attic-" in the name or a number, plain SIM\), as of 20\S+Z:$/,
      ),
      expect.stringMatching(/^ {2}already as requested {2,}\d$/),
      '  certainly refused          0',
      expect.stringMatching(/^ {2}to be sent {2,}[56]$/),
      expect.stringMatching(/^ {2}of these probably refused {2}[01]$/),
      expect.stringMatching(/^ {2}calls of the SIM API {2,}[23]$/),
      '',
    ]);
  });

  test('prints the refused SIMs by code with an example', async () => {
    const closed = (await filterFixture.world.sims({ state: 'CLOSED', limit: 200 })).map(
      ({ iccid }) => iccid,
    );
    const { stdout } = await dry('--action', 'ACTIVATE', '--state', 'CLOSED');
    expect(stdout).toContain(
      `    TRANSITION_NOT_ALLOWED: ${closed.length}, for example ${closed.toSorted()[0]}. `,
    );
  });

  test('prints one JSON object with --json, for each kind of target', async () => {
    const iccids = Object.values(filterFixture.iccids);
    for (const target of [
      ['--sims', ...iccids],
      ['--search', 'attic-'],
      ['--group', 'Attic', '--group', 'Cellar', '--no-esim'],
    ]) {
      const { code, stdout } = await dry('--action', 'SET_NAME', '--name', 'Attic-1', '--json', ...target);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        alreadyApplied: 1,
        refused: 0,
        refusals: [],
        toSend: target[0] === '--group' ? 5 : 6,
      });
    }
    const group = await someGroup();
    const { stdout } = await dry('--action', 'RESET', '--json', '--group', group);
    const { total, toSend } = JSON.parse(stdout);
    expect(total).toBeGreaterThan(1);
    expect(toSend).toBe(total);
    const { stdout: text } = await dry('--action', 'RESET', '--group', group);
    expect(text).toContain(`RESET of ${total} SIMs (in the group "${group}"), as of `);
  });

  test('needs no --expect and no confirmation for CLOSE, and ends with 2 if the number differs', async () => {
    const group = await someGroup();
    expect(await dry('--action', 'CLOSE', '--group', group)).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await dry('--action', 'CLOSE', '--group', group, '--expect', '2');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^EXPECTED_COUNT_MISMATCH: /);
  });
});

describe('bulk with a flag where a value belongs', () => {
  const some = ['--search', 'attic-'];
  test.each<[string, string, string[]]>([
    ['--text', '--dry-run', ['--action', 'SEND_SMS', ...some]],
    ['--text', '--help', ['--action', 'SEND_SMS', ...some]],
    ['--text', '--expect=5', ['--action', 'SEND_SMS', ...some]],
    ['--text', '--dryrun', ['--action', 'SEND_SMS', ...some]],
    ['--name', '-h', ['--action', 'SET_NAME', ...some]],
    ['--name', '--dry-run', ['--action', 'SET_NAME', ...some]],
    ['--to-group', '--dry-run', ['--action', 'SET_GROUP', ...some]],
    ['--profile', '--no-wait', ['--action', 'ESIM_PROFILE', '--profile-action', 'ENABLE', ...some, '--esim']],
    ['--idempotency-key', '--dry-run', ['--action', 'RESET', '--expect', '7', ...some]],
    ['--search', '--dry-run', ['--action', 'RESET']],
    ['--group', '--dry-run', ['--action', 'RESET']],
  ])('sends nothing and ends with 2: %s %s', async (option, flag, args) => {
    // The value of the flag may be a secret.
    const shown = flag.replace(/=.*/, '=…');
    expect(await run('bulk', ...args, option, flag)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${option} needs a value; ${shown} begins like another option. To give it as the value, write ${option}=${shown}\n(see sim-gateway bulk --help)\n`,
    });
    expect(await filterFixture.world.effects()).toEqual([]);
  });
});

// Last, because these tests change the fixture SIMs.
describe('bulk', () => {
  test('sends a text that is the name of a flag if it is given with =', async () => {
    const { code } = await run('bulk', '--action', 'SEND_SMS', '--text=--dry-run', '--search', 'attic-3');
    expect(code).toBe(0);
    expect(await filterFixture.world.effectCounts({ path: '/sendSms' })).toEqual(once(3));
    expect(JSON.stringify(await filterFixture.world.effects())).toContain('"--dry-run"');
  });

  test('changes the SIMs that match, and prints the filter in words and the number of SIMs before that', async () => {
    const { code, stdout, stderr } = await run(
      ...message,
      ...['--search', 'attic-', '--state', 'live,test', '--silent-since', '1w', '--no-esim', '--expect', '2'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(stderr).toMatch(
      /^2 SIMs match now: LIVE or TEST, "attic-" in the name or a number, plain SIM, last data session before 20\S+Z\.\nStarted SEND_SMS \(2 SIMs\)/,
    );
    expect(stdout).toMatch(/^SEND_SMS of 2 SIMs: COMPLETED/);
    expect(await filterFixture.world.effectCounts({ path: '/sendSms' })).toEqual(once(1, 2));
  });

  test('with a group and another condition changes only SIMs that match both', async () => {
    const { code } = await run(...message, '--group', 'Attic', '--used-at-least', '80');
    expect(code).toBe(0);
    expect(await filterFixture.world.effectCounts({ path: '/sendSms' })).toEqual(once(6));
  });

  test('with two groups changes the SIMs of both', async () => {
    const { code, stderr } = await run(...message, '--group', 'Attic', '--group', 'Cellar');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^6 SIMs match now: in the group "Attic" or "Cellar"\.\n/);
    expect(await filterFixture.world.effectCounts({ path: '/sendSms' })).toEqual(once(1, 2, 3, 4, 6, 7));
  });

  test('expects exactly the number that it has printed if --expect is not given', async () => {
    const { stderr } = await run(...message, '--search', 'attic-', '--group', 'Cellar');
    expect(stderr).toMatch(/^2 SIMs match now: /);
    const { data } = await filterFixture.gateway.ask<{ auditLog: { nodes: { arguments: string }[] } }>(
      '{ auditLog(first: 1, actions: [START_BULK_OPERATION]) { nodes { arguments } } }',
    );
    expect(JSON.parse(data.auditLog.nodes[0]?.arguments ?? '')).toMatchObject({
      targetFilter: { groups: ['Cellar'], searchLength: 6 },
      expectedCount: 2,
    });
  });

  test.each([
    ['another number is expected', ['--search', 'attic-', '--expect', '8'], '7 SIMs match now: '],
    ['no SIM matches', ['--search', 'no such name'], '0 SIMs match now: '],
  ])('sends nothing and ends with 2 if %s', async (_, args, says) => {
    const { code, stdout, stderr } = await run(...message, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/Nothing was sent\.\n$/);
    expect(await filterFixture.world.effects()).toEqual([]);
  });

  test('finds an operation that was started with the same key, even if no SIM matches any more', async () => {
    const args = ['bulk', '--action', 'SET_NAME', '--name', 'Loft-3', '--search', 'attic-3', '--expect', '1'];
    const first = await run(...args, '--idempotency-key', 'order-12', '--json');
    const second = await run(...args, '--idempotency-key', 'order-12', '--json');
    expect(second.stderr).toMatch(/^0 SIMs match now/);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(second.stdout).id).toBe(JSON.parse(first.stdout).id);
    expect(await filterFixture.world.effectCounts()).toEqual(once(3));
  });

  test('with CLOSE prints the filter and the number, and asks to type that number', async () => {
    const terminal = startInTerminal(
      ['bulk', '--action', 'CLOSE', '--state', 'OFFLINE', '--search', 'attic-', '--expect', '2'],
      { gateway: filterFixture.gateway, env: { NO_COLOR: '1' } },
    );
    await terminal.wrote(
      /This closes 2 SIMs \(OFFLINE, "attic-" in the name or a number\) permanently\. [\s\S]*Type the number/,
    );
    terminal.child.stdin.write('2\r');
    expect((await terminal.ended).code).toBe(0);
    expect(await filterFixture.world.effectCounts({ path: '/close' })).toEqual(once(4, 5));
  });
});
