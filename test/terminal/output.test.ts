import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from '@jest/globals';
import { endOf, runBulkGateway, stableIccids, startBulk } from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import { countStart } from '../support/starts.ts';

const running = runBulkGateway({ sims: 1500 });
const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the built CLI with one of its streams redirected to a file of at most `blocks` blocks of 512 or 1024 bytes, as on a full disk.
 * Captures the other stream.
 */
async function runOnFullDisk(args: readonly string[], { blocks = 0, stream = 1 } = {}) {
  countStart('CLI');
  // Without the trap, SIGXFSZ would end the program before write(2) fails.
  const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" dist/terminal/main.js "$@" ${stream}> '${join(folder, 'output')}'`;
  const child = spawn('sh', ['-c', script, process.execPath, ...args], {
    env: { PATH: process.env.PATH, SIM_GATEWAY_URL: running.gateway.url },
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

describe('output that cannot be written', () => {
  const lost =
    /^(?:error: |\{"error":\{"code":"RESULT_NOT_WRITTEN","message":")The result could not be written: .*EFBIG/m;

  test.each([0, 1])('makes --help end with 1 and an error (space for %i blocks)', async (blocks) => {
    const { code, stderr } = await runOnFullDisk(['bulk', '--help'], { blocks });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(lost) });
  });

  test('makes each command end with 1 and an error, even if its work is done', async () => {
    const { gateway, world } = running;
    const [one = '', other = ''] = await stableIccids(world, 2);
    const { id } = await startBulk(gateway, { action: 'RESET', target: { list: one } });
    await endOf(gateway, id);
    const commands = [
      ['bulk', '--action', 'RESET', '--sims', other],
      ['bulk', '--action', 'RESET', '--sims', other, '--detach'],
      ['watch', id, '--json'],
      ['watch', one],
      ['results', id],
      ['sims', '--all'],
      ['sim', one],
    ];
    const ended = await Promise.all(commands.map((args) => runOnFullDisk(args)));
    expect(ended.map(({ code }) => code)).toEqual(commands.map(() => 1));
    for (const { stderr } of ended) expect(stderr).toMatch(lost);
  });

  test('keeps the exit code of a failed command', async () => {
    expect(await runOnFullDisk(['sim', special.E002])).toMatchObject({ code: 1 });
    expect(await runOnFullDisk(['watch', 'abc', 'def'])).toMatchObject({ code: 2 });
  });

  test('makes bulk end with 1 if it is the progress; the result is still written', async () => {
    const [sim = ''] = await stableIccids(running.world, 1);
    const args = ['bulk', '--action', 'RESET', '--sims', sim];
    const { code, stdout } = await runOnFullDisk(args, { stream: 2 });
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('1 succeeded') });
  });
});

/** Runs the built CLI with one of its streams closed by the reader; captures the other one. */
async function runUnread(args: readonly string[], closed: 'stdout' | 'stderr') {
  countStart('CLI');
  const child = spawn(process.execPath, ['dist/terminal/main.js', ...args], {
    env: { PATH: process.env.PATH, SIM_GATEWAY_URL: running.gateway.url },
  });
  child[closed].destroy();
  const other = closed === 'stdout' ? child.stderr : child.stdout;
  const [[code], output] = await Promise.all([once(child, 'close'), text(other)]);
  return { code, output };
}

describe('output whose reader has gone', () => {
  const failing = ['bulk', '--action', 'DEACTIVATE', '--sims', special.E202];

  test('does not change the exit code and causes no error message', async () => {
    const { world } = running;
    const [sim = '', moving = ''] = await stableIccids(world, 2);
    await world.patchSim(moving, { state: 'OFFLINE', status: { primary: 'PENDING', secondary: 'OFF' } });
    const [failed, done, listed, helped, watched] = await Promise.all(
      [
        failing,
        ['bulk', '--action', 'RESET', '--sims', sim],
        ['sims', '--all', '--json'],
        ['--help'],
        ['watch', moving, '--every', '0.2'],
      ].map((args) => runUnread(args, 'stdout')),
    );
    expect(failed?.code).toBe(1);
    expect(done?.code).toBe(0);
    for (const { output } of [failed, done].flatMap((run) => run ?? []))
      expect(output).not.toContain('error');
    expect(listed).toEqual({ code: 0, output: '' });
    expect(helped).toEqual({ code: 0, output: '' });
    // The SIM is still in transition: a script must not take that for success.
    expect(watched).toEqual({ code: 130, output: '' });
  });

  test('does not stop bulk if it is the progress: the result is written at the end', async () => {
    const { code, output } = await runUnread(failing, 'stderr');
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('1 failed') });
  });
});
