import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Scope } from '../../src/auth/index.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type ProtectedGateway, startProtectedGateway } from '../support/protected-gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { runTerminal } from './terminal.ts';

let world: World;
let gateway: RunningGateway;
let front: ProtectedGateway;
let iccid: string;
let group: string;

beforeAll(async () => {
  world = await createWorld({ sims: 600 });
  gateway = await startGateway({ world });
  front = await startProtectedGateway(gateway);
  const sims = await world.sims({ limit: 50 });
  iccid = sims[0]?.iccid ?? '';
  group = sims.find((sim) => sim.group)?.group ?? '';
});

afterAll(async () => {
  await front?.stop();
  await gateway?.stop();
  await world?.remove();
});

function runWith(scopes: readonly Scope[], ...args: string[]) {
  front.accept('simgw_some', { scopes });
  return runTerminal(args, { gateway: front, env: { SIM_GATEWAY_KEY: 'simgw_some' } });
}

const noCosts = 'Left out: costs (needs the scope COST).';

describe('without the scope COST', () => {
  test('sims prints the table without the column of costs, and one note', async () => {
    const { code, stdout, stderr } = await runWith(['READ', 'PERSONAL'], 'sims', '--first', '2');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^ICCID +NAME +STATE +PENDING +GROUP +USAGE$/);
    expect(stderr.split('\n')).toEqual([expect.stringMatching(/^2 of 600\./), noCosts, '']);
  });

  test('sims --all asks for costs once, and its JSON has null', async () => {
    const before = front.received.length;
    const { code, stdout } = await runWith(['READ', 'PERSONAL'], 'sims', '--all', '--json');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(600);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ cost: null });
    // One refusal, and two pages.
    expect(front.received.length - before).toBe(3);
  });

  test('sims of a group', async () => {
    const { code, stderr } = await runWith(['READ', 'PERSONAL'], 'sims', '--group', group);
    expect(code).toBe(0);
    expect(stderr).toContain(noCosts);
  });

  test('sim prints the other fields', async () => {
    const { code, stdout, stderr } = await runWith(['READ', 'PERSONAL'], 'sim', iccid);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${noCosts}\n` });
    expect(stdout).toMatch(/^usage /m);
    expect(stdout).not.toMatch(/^cost /m);
  });

  test('an order by cost is refused, with the scope', async () => {
    const { code, stdout, stderr } = await runWith(['READ', 'PERSONAL'], 'sims', '--sort', 'cost');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(
      /^FORBIDDEN: Query\.sims needs the scope COST.* Your scopes: sim-gateway whoami\.\n$/,
    );
  });
});

test('without the scope PERSONAL, sim prints one note and succeeds', async () => {
  const { code, stdout, stderr } = await runWith(['READ', 'COST'], 'sim', iccid);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'Left out: personal data (needs the scope PERSONAL).\n',
  });
  expect(stdout).toMatch(/^cost /m);
  expect(stdout).not.toMatch(/^MSISDN /m);
});

test('without both, sim prints one note for both', async () => {
  const { code, stdout, stderr } = await runWith(['READ'], 'sim', iccid, '--json');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'Left out: costs (needs the scope COST), personal data (needs the scope PERSONAL).\n',
  });
  expect(JSON.parse(stdout)).toMatchObject({ iccid, msisdn: null, cost: null });
});

test('without PERSONAL, a SIM that does not exist is reported as such', async () => {
  const { code, stderr } = await runWith(['READ'], 'sim', '8937204999000000000');
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'SIM_NOT_FOUND: The account has no such SIM.\n' });
});

test('without the scope READ, a command for one SIM changes it and prints no state; --wait is refused', async () => {
  const { code, stdout } = await runWith(['CONTROL'], 'set-group', iccid, 'Scoped');
  expect({ code, stdout }).toEqual({ code: 0, stdout: `SET_GROUP of ${iccid}: SUCCEEDED\n` });
  const waiting = await runWith(['CONTROL'], 'suspend', iccid, '--wait');
  expect(waiting).toMatchObject({ code: 4, stderr: expect.stringMatching(/needs the scope READ/) });
});

describe('exit code 4', () => {
  test.each([
    ['suspend', 'CONTROL', ['suspend', '8937204016076059646']],
    ['send-sms', 'SMS', ['send-sms', '8937204016076059646', '--text', 'hi']],
    ['close', 'CLOSE', ['close', '8937204016076059646', '--yes']],
    ['audit', 'AUDIT', ['audit']],
  ])('if the key lacks the scope of %s', async (_, scope, args) => {
    const { code, stdout, stderr } = await runWith(['READ'], ...args);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^FORBIDDEN: \\S+ needs the scope ${scope}`));
  });

  test('if a scope is missing, with its name', async () => {
    const { code, stdout, stderr } = await runWith(['SMS'], 'fleet');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^FORBIDDEN: Query\.fleet needs the scope READ/);
  });

  test('if the key may not start a bulk operation', async () => {
    const { code, stderr } = await runWith(['READ'], 'bulk', '--action', 'RESET', '--sims', iccid);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^FORBIDDEN: .* needs the scope CONTROL/);
    expect(stderr).not.toContain('may have been started');
  });

  test('if the gateway needs a key, with the ways to give one', async () => {
    const { code, stderr } = await runTerminal(['sims'], { gateway: front });
    expect(code).toBe(4);
    expect(stderr).toBe(
      `UNAUTHENTICATED: The gateway at ${front.url}/graphql needs an API key or a token. To give one: sim-gateway login --url ${front.url}, or SIM_GATEWAY_KEY, or --key.\n`,
    );
  });

  test('if the gateway refuses the key, without quoting it', async () => {
    const { code, stderr } = await runTerminal(['sims', '--key', 'simgw_wrong'], { gateway: front });
    expect(code).toBe(4);
    expect(stderr).toMatch(/refused the key of --key: it is wrong, expired or revoked/);
    expect(stderr).not.toContain('simgw_wrong');
  });
});
