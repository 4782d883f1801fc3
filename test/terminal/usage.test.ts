import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRunner, type Ended, runTerminal } from './terminal.ts';

const SIM = '8937204016076059646';
const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A port without a listener: a command that fails before its first request ends with 2, not with 3. */
const nobody = { url: 'http://127.0.0.1:9/graphql' };
const run = (...args: string[]) => runTerminal(args, { gateway: nobody });
const runner = createRunner();

const commands = [
  ...['bulk', 'watch', 'sims', 'fleet', 'sim', 'results', 'keys', 'login', 'logout', 'whoami'],
  ...['operations', 'groups', 'alerts', 'audit'],
  ...['suspend', 'resume', 'activate', 'deactivate', 'test', 'active-ready', 'reset', 'close'],
  ...['set-name', 'set-group', 'set-data-limit', 'set-imei-lock', 'send-sms', 'esim-profile'],
];

const twice = (...args: string[]) => [...args, ...args];

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('help', () => {
  test('lists all commands and the exit codes', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const name of commands) expect(stdout).toMatch(`\n  ${name} `);
    expect(stdout).toMatch(/Exit codes:\n {2}0 [\s\S]*\n {2}130 /);
  });

  test('of each command has examples that begin with `sim-gateway` and its name', async () => {
    const keys = ['create', 'list', 'rotate', 'revoke'].map((name) => `keys ${name}`);
    const all = commands.flatMap((name) => (name === 'keys' ? keys : [name]));
    const ended = await Promise.all(all.map((name) => runner.run([...name.split(' '), '--help'], nobody)));
    for (const [index, name] of all.entries()) {
      expect(ended[index]?.code).toBe(0);
      expect(ended[index]?.stdout).toMatch(new RegExp(`Examples:[\\s\\S]*^ .*sim-gateway ${name} `, 'm'));
      expect(ended[index]?.stdout).toContain('SIM_GATEWAY_URL');
    }
  });

  test('is printed by the script in the clone when it is called from another folder', async () => {
    const script = join(__dirname, '../../scripts/sim-gateway.mjs');
    const { error, stdout, stderr } = await new Promise<{ error: unknown; stdout: string; stderr: string }>(
      (resolve) => {
        execFile(process.execPath, [script, '--help'], { cwd: folder }, (error, stdout, stderr) =>
          resolve({ error, stdout, stderr }),
        );
      },
    );
    expect({ error, stderr }).toEqual({ error: null, stderr: '' });
    expect(stdout).toMatch(/^Usage: sim-gateway /);
  });
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const printed = { code: 0, stdout: `sim-gateway ${version}\n`, stderr: '' };
  for (const option of ['--version', '-V']) expect(await runner.run([option], nobody)).toEqual(printed);
});

describe('wrong usage ends with 2 and a message that names the error:', () => {
  const wrong: [string, string[], RegExp][] = [
    ['no command', [], /^Usage: sim-gateway[\s\S]*\nerror: Give one of the commands\.$/m],
    [
      'no command below keys',
      ['keys'],
      /^Usage: sim-gateway keys[\s\S]*\nerror: Give one of the commands\.$/m,
    ],
    ['help of an unknown command', ['help', 'bluk'], /^error: Give one of the commands\.$/m],
    ['an unknown command', ['bluk'], /unknown command 'bluk'/],
    ['an unknown option', ['sims', '--nam'], /unknown option '--nam'/],
    ['an invalid URL', ['sims', '--url', 'gateway'], /--url.*It must be an http or https address/],
    [
      'a password in the URL',
      ['sims', '--url', 'http://me:SECRET@host/'],
      /'…@host.* no user name and no password/,
    ],
    [
      'a secret in an unknown option',
      ['keys', 'list', '--admin-token=SECRET'],
      /unknown option '--admin-token=…'/,
    ],
    ['a secret in place of a value', ['sims', '--search', '--token=SECRET'], /--search=--token=…$/m],
    ['an invalid ICCID', ['sim', '12'], /An ICCID has 18 to 22 digits, an EID 32/],
    ['an invalid page size', ['sims', '--first', '501'], /--first.*from 1 to 500/],
    [
      '--all and --first',
      ['sims', '--all', '--first', '5'],
      /'--all' cannot be used with option '--first <n>'/,
    ],
    ['too many arguments', ['whoami', 'me'], /too many arguments/],
    ['no argument', ['watch'], /missing required argument 'id'/],
    ['an option without its value', ['sims', '--first'], /--first <n>' argument missing/],
    ['an unknown column', ['sims', '--columns', 'name,price'], /"price" is not one of iccid, eid, name, /],
    [
      'an unknown column of results',
      ['results', 'x', '--columns', 'name'],
      /"name" is not one of iccid, eid, outcome/,
    ],
    ['--csv and --json', ['sims', '--csv', '--json'], /'--csv' cannot be used with option '--json'/],
    [
      '--columns and --json',
      ['results', 'x', '--json', '--columns', 'code'],
      /'--columns <list>' cannot be used/,
    ],
    ['--no-header and --json', ['keys', 'list', '--json', '--no-header'], /'--no-header' cannot be used/],
    ['a key without scopes', ['keys', 'create', 'x'], /required option '--scopes <list>' not specified/],
    ['no admin token', ['keys', 'list', '--url', 'https://gateway.invalid'], /There is no admin token/],
    ['an ICCID with letters', ['fleet', '--iccid', '8937204x'], /--iccid.*An ICCID has 18 to 22 digits/],
    ['an invalid key', ['whoami', '--key', 'a key'], /--key is not an API key or a token/],
    [
      'a login by http',
      ['login', '--url', 'http://gateway.invalid'],
      /for https and for loopback addresses only/,
    ],
    ['an interval of 0', ['watch', SIM, '--every', '0'], /--every.*from 0\.2 to 3600/],
    ['an unknown outcome', ['results', 'x', '--outcome', 'FAILED,LOST'], /"LOST" is not one of SUCCEEDED/],
    ['two operations', ['watch', 'abc', 'def'], /"abc" is not an ICCID or EID .*only one operation/],
    ['a short ICCID to watch', ['watch', '123'], /"123" is not an ICCID or EID/],
    ['no action', ['bulk', '--group', 'x'], /--action/],
    [
      'an unknown action',
      ['bulk', '--action', 'EXPLODE', '--group', 'x'],
      /must be one of ACTIVATE, .*SET_IMEI_LOCK/,
    ],
    ['an unknown state', ['sims', '--state', 'LIVE,DEAD'], /--state.*"DEAD" is not one of LIVE, /],
    ['an unknown sort field', ['sims', '--sort', 'price'], /--sort.*must be one of iccid, name, /],
    ['an invalid percentage', ['fleet', '--used-at-least', 'all'], /--used-at-least.*must be a percentage/],
    ['an invalid date', ['fleet', '--silent-since', 'May'], /--silent-since.*must be a date such as/],
    ['an empty search text', ['bulk', '--action', 'RESET', '--search', ''], /--search.*must not be empty/],
    ['--group and --no-group', ['sims', '--group', 'x', '--no-group'], /--group and --no-group exclude/],
    ['a second filter', ['fleet', ...twice('--filter', '{"isEsim":true}')], /^error: Give --filter once\.$/m],
    ['--esim and --no-esim', ['sims', '--no-esim', '--esim'], /--esim and --no-esim exclude/],
    [
      'a list and a filter',
      ['bulk', '--action', 'RESET', '--state', 'LIVE', '--sims', SIM],
      /Exactly one of --group, --file and --sims/,
    ],
    [
      'an idempotency key as --key',
      ['bulk', '--action', 'RESET', '--sims', SIM, '--key', 'order-4711'],
      /--key is an API key \(simgw_…\) or a token\. The idempotency key of bulk is --idempotency-key/,
    ],
    [
      '--idempotency-key with a filter and no expected number',
      ['bulk', '--action', 'RESET', '--state', 'LIVE', '--idempotency-key', 'k'],
      /--idempotency-key needs --expect/,
    ],
    [
      '--idempotency-key with a relative time',
      ['bulk', '--action', 'RESET', '--silent-since', '7d', '--expect', '3', '--idempotency-key', 'k'],
      /--idempotency-key needs a date after --silent-since/,
    ],
    ['no SIMs', ['bulk', '--action', 'RESET'], /Exactly one of --group, --file and --sims/],
    ['a missing value', ['bulk', '--action', 'SEND_SMS', '--group', 'x'], /SEND_SMS needs --text/],
    [
      'a profile without a profile action',
      ['bulk', '--action', 'esim-profile', '--group', 'x', '--profile', 'p'],
      /ESIM_PROFILE needs --profile-action/,
    ],
    [
      'an option of another action',
      ['bulk', '--action', 'RESET', '--group', 'x', '--text', 'hi'],
      /--text has no meaning with --action RESET/,
    ],
    [
      'an invalid data limit',
      ['bulk', '--action', 'SET_DATA_LIMIT', '--group', 'x', '--limit', '0'],
      /The data limit must be a whole number of megabytes/,
    ],
    [
      'an invalid IMEI lock',
      ['bulk', '--action', 'SET_IMEI_LOCK', '--group', 'x', '--imei-lock', 'half'],
      /Allowed choices are on, off/,
    ],
    ['CLOSE without --expect', ['bulk', '--action', 'CLOSE', '--group', 'x'], /CLOSE needs --expect/],
    ...[
      ['--sims', SIM],
      ['--file', file('closing.txt', SIM)],
      ['--group', 'x'],
      ['--state', 'OFFLINE'],
    ].map((sims): [string, string[], RegExp] => [
      `CLOSE by ${sims[0]} without --yes and without a terminal`,
      ['bulk', '--action', 'CLOSE', '--expect', '1', ...sims],
      /CLOSE needs --yes .* no terminal/,
    ]),
    [
      'an invalid number of SIMs',
      ['bulk', '--action', 'RESET', '--group', 'x', '--expect', 'many'],
      /--expect.*at least 1/,
    ],
    ['a folder as file', ['bulk', '--action', 'RESET', '--file', folder], /cannot be read: it is a folder/],
    [
      'a file that does not exist',
      ['bulk', '--action', 'RESET', '--file', 'no/such'],
      /no\/such cannot be read: there is no such file/,
    ],
  ];

  let ended: Ended[];
  let endedWithJson: Ended[];
  beforeAll(async () => {
    ended = await Promise.all(wrong.map(([, args]) => runner.run(args, nobody)));
    endedWithJson = await Promise.all(wrong.map(([, args]) => runner.run(withJson(args), nobody)));
  });

  /** --json stands behind the command, before an option that lacks its value. */
  function withJson(args: readonly string[]): string[] {
    const names = args[0] === 'keys' ? 2 : 1;
    return [...args.slice(0, names), '--json', ...args.slice(names)];
  }

  function helpOf([command = '', below]: readonly string[]): string {
    if (!commands.includes(command)) return 'sim-gateway --help';
    return `sim-gateway ${command}${command === 'keys' && below ? ` ${below}` : ''} --help`;
  }

  const cases = wrong.map(([what, args, says], index) => [what, { args, says, index }] as const);

  test.each(cases.filter(([, { args }]) => !args.includes('--json')))('%s', (_, { args, says, index }) => {
    const end = new RegExp(`(?:^|\\n)error: [^]*\\n\\(see ${helpOf(args)}\\)\\n$`);
    expect(ended[index]).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
    expect(ended[index]?.stderr).toMatch(end);
    expect(ended[index]?.stderr).not.toMatch(/\n {4}at |SECRET/);
  });

  test.each(cases.filter(([, { args }]) => args.length > 0 && args[0] !== 'help'))(
    '%s; with --json it is one line of JSON',
    (_, { args, says, index }) => {
      const { code, stdout, stderr = '' } = endedWithJson[index] ?? {};
      expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 2, stdout: '', lines: 2 });
      expect(stderr).not.toContain('SECRET');
      const { error } = JSON.parse(stderr);
      expect(error).toEqual({ code: 'WRONG_USAGE', message: expect.any(String), help: helpOf(args) });
      if (args.length > 1) expect(`error: ${error.message}`).toMatch(says);
    },
  );

  test('a bad line of a file, with its number and the rule, before anything is sent', async () => {
    const path = file('bad.csv', `iccid,name\n${SIM},one\n89372,two\n`);
    const { code, stderr } = await run('bulk', '--action', 'RESET', '--file', path);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error: ${path} was refused, and nothing was sent:\n  line 3: "89372" has 5 digits; an ICCID has 18 to 22 digits, an EID 32\n(see sim-gateway bulk --help)\n`,
    );
  });

  test('a bad line of the standard input', async () => {
    const args = ['bulk', '--action', 'RESET', '--file', '-'];
    const { code, stderr } = await runTerminal(args, { gateway: nobody, input: `${SIM}\n\x1b[2J\n` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/The standard input was refused[\s\S]*line 2: /);
    expect(stderr).not.toContain('\x1b');
  });
});

describe('a gateway that cannot be reached', () => {
  test.each([
    ['sims', ['sims']],
    ['bulk with a filter', ['bulk', '--action', 'RESET', '--state', 'LIVE']],
    ['watch', ['watch', SIM]],
  ])('ends %s with 3 and prints the URL', async (_, args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^No gateway answers at http:\/\/127\.0\.0\.1:9\/graphql \(.+\)\. .*SIM_GATEWAY_URL/,
    );
  });

  test('ends bulk with 3 and without a key: nothing was started', async () => {
    const { code, stderr } = await run(
      'bulk',
      '--action',
      'RESET',
      '--sims',
      SIM,
      '--idempotency-key',
      'order-4711',
    );
    expect(code).toBe(3);
    expect(stderr).not.toContain('order-4711');
  });

  test('during a start makes bulk print the key with which to retry', async () => {
    const breaking = createServer((socket) => socket.once('data', () => socket.destroy()));
    await once(breaking.listen(0, '127.0.0.1'), 'listening');
    const { port } = breaking.address() as AddressInfo;
    const gateway = { url: `http://127.0.0.1:${port}` };
    const args = ['bulk', '--action', 'RESET', '--sims', SIM, '--idempotency-key', 'order-4711', '--json'];
    const { code, stderr } = await runTerminal(args, { gateway });
    breaking.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/may have been started.* --idempotency-key order-4711 to find out/);
    expect(JSON.parse(stderr.split('\n')[0] ?? '').error).toMatchObject({
      code: 'UNREACHABLE',
      retryable: false,
      idempotencyKey: 'order-4711',
    });
  });
});
