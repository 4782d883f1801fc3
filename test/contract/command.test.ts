import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createWorld, type World } from '../support/sandbox.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contract-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command and returns its exit code, its output and the reports that it wrote. */
async function contract(env: Record<string, string>, ...args: string[]) {
  const out = join(folder, 'report.md');
  const child = spawn(process.execPath, ['scripts/contract.mjs', '--out', out, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [said, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const [markdown, json] = await Promise.all([read(out), read(out.replace('.md', '.json'))]);
  return { code, said, complaint, markdown, json };
}

const accountOf = ({ apiUrl, username, password }: World) => ({
  SIM_API_URL: apiUrl,
  SIM_API_USERNAME: username,
  SIM_API_PASSWORD: password,
});

test('without an account it starts a sandbox, and every MUST holds', async () => {
  const { code, said, complaint, markdown, json } = await contract({});
  expect(complaint).toBe('');
  expect(code).toBe(0);
  expect(said).toContain('passed         MUST    get-sims.leaves-out-unknown-sims');
  expect(markdown).toContain('| `get-sims.1001-iccids-are-e230` | MUST | passed |');
  expect(JSON.parse(json).summary.MUST).toMatchObject({ failed: 0 });
});

/** Number of calls of a world that were refused with 401. */
const refusals = async (world: World) =>
  (await world.calls()).calls.filter(({ httpStatus }) => httpStatus === 401).length;

test('a failed MUST makes it exit with 1, and the report shows which; a wrong password is not tried', async () => {
  const world = await createWorld();
  await world.patchSim((await world.sims())[0]?.iccid ?? '', { state: 'HIBERNATED' });
  const { code, said, markdown, json } = await contract(accountOf(world), '--pause-ms', '0');
  expect(code).toBe(1);
  expect(markdown).toContain('HIBERNATED');
  const rows: { id: string; result: string }[] = JSON.parse(json).checks;
  expect(rows.find(({ id }) => id === 'sim.state-words-known')).toMatchObject({ result: 'failed' });
  expect(said).toContain('only with --with-bad-credentials');
  expect(await refusals(world)).toBe(0);
  await world.remove();
});

test('--with-bad-credentials tries one wrong password on the given account', async () => {
  const world = await createWorld();
  await contract(accountOf(world), '--pause-ms', '0', '--with-bad-credentials');
  expect(await refusals(world)).toBe(1);
  await world.remove();
});

test('with an incomplete account it names the missing settings and exits with 2', async () => {
  const { code, said, complaint } = await contract({ SIM_API_URL: 'https://api.example.org/v1' });
  expect(code).toBe(2);
  expect(said).toBe('');
  expect(complaint).toBe('SIM_API_USERNAME and SIM_API_PASSWORD are missing: the three belong together.\n');
});

test.each([
  ['SIM_API_URL with credentials in it', { SIM_API_URL: 'https://user:canary@example.org/v1' }, []],
  ['SIM_API_URL that is not a URL', { SIM_API_URL: 'canary' }, []],
  ['a pause that is not a number', {}, ['--pause-ms', 'canary']],
  ['an unknown option', {}, ['--put']],
])('%s is refused', async (_, env, args: string[]) => {
  const account = {
    SIM_API_URL: 'https://example.org/v1',
    SIM_API_USERNAME: 'a',
    SIM_API_PASSWORD: 'b',
    ...env,
  };
  const { code, complaint } = await contract(account, ...args);
  expect(code).toBe(2);
  expect(complaint).not.toContain('canary');
});
