import { describe, expect, test } from '@jest/globals';
import { special } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';

const running = runGateway({ sims: 20 });
const sim = { iccid: special.E210 };
const sims = [sim];
const dataLimit = (limit: object) => ['setSimsDataLimit', 'SetSimsDataLimitInput', { sims, limit }] as const;

async function ask(name: string, input: string, value: object) {
  const isOne = /Sim$|SimName$/.test(name);
  const { data, errors } = await running.gateway.ask<Record<string, unknown> | null>(
    `mutation ($input: ${input}!) { ${name}(input: $input) { ${isOne ? 'outcome' : 'succeeded'} } }`,
    { input: value },
  );
  return { data: data?.[name] ?? null, errors };
}

describe('input that breaks a rule is refused before any call, and the message names the field', () => {
  test.each<readonly [string, string, object, string]>([
    ['setSimName', 'SetSimNameInput', { sim, name: '' }, 'name must not be empty'],
    ['setSimName', 'SetSimNameInput', { sim, name: ' \t\n' }, 'name must not be empty'],
    [
      'setSimName',
      'SetSimNameInput',
      { sim, name: 'x'.repeat(256) },
      'name must not have more than 255 characters',
    ],
    ['setSimsGroup', 'SetSimsGroupInput', { sims, group: '' }, 'group must not be empty'],
    ['setSimsGroup', 'SetSimsGroupInput', { sims, group: '  ' }, 'group must not be empty'],
    [
      'setSimsGroup',
      'SetSimsGroupInput',
      { sims, group: 'x'.repeat(256) },
      'group must not have more than 255 characters',
    ],
    ['sendSms', 'SendSmsInput', { sims, text: '' }, 'text must not be empty'],
    [
      'sendSms',
      'SendSmsInput',
      { sims, text: 'x'.repeat(1531) },
      'text must not have more than 1530 characters',
    ],
    [
      'changeEsimProfile',
      'EsimProfileInput',
      { sims, profile: '', action: 'DOWNLOAD' },
      'profile must not be empty',
    ],
    ['setSimName', 'SetSimNameInput', { sim, name: 'a\u0000b' }, 'name must not hold the character NUL'],
    [
      'setSimsGroup',
      'SetSimsGroupInput',
      { sims, group: '\u0000b' },
      'group must not hold the character NUL',
    ],
    ['sendSms', 'SendSmsInput', { sims, text: 'a\u0000' }, 'text must not hold the character NUL'],
    [
      'changeEsimProfile',
      'EsimProfileInput',
      { sims, profile: 'a\u0000b', action: 'DOWNLOAD' },
      'profile must not hold the character NUL',
    ],
    [...dataLimit({ megabytes: 0 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ megabytes: -1 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ megabytes: 10_000_001 }), 'limit.megabytes must be from 1 to 10000000'],
    [...dataLimit({ unlimited: false }), 'limit.unlimited must be true where it is given'],
    [...dataLimit({}), '"input.limit"'],
    [...dataLimit({ megabytes: 5, unlimited: true }), '"input.limit"'],
    [...dataLimit({ unlimited: null }), '"input.limit'],
    ['closeSim', 'CloseSimInput', { sim, confirmIccid: '123' }, '"input.confirmIccid"'],
    ['activateSim', 'SimInput', { sim: { ...sim, id: 'x' } }, '"input.sim"'],
    ['activateSims', 'SimsInput', { sims: [sim, {}] }, '"input.sims[1]"'],
  ])('%s %s', async (name, input, value, message) => {
    const { data, errors } = await ask(name, input, value);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT', retryable: false } },
    ]);
    expect((await running.world.calls()).total).toBe(0);
  });
});

test('the audit log of an actor with NUL in the name is refused, and the message names the argument', async () => {
  const { errors } = await running.gateway.ask(
    'query ($actor: String) { auditLog(actor: $actor) { totalCount } }',
    {
      actor: 'a\u0000b',
    },
  );
  expect(errors).toMatchObject([
    {
      message: 'actor must not hold the character NUL',
      extensions: { code: 'BAD_USER_INPUT', retryable: false },
    },
  ]);
});

describe.each<readonly [string, string, object]>([
  ['activateSims', 'SimsInput', {}],
  ['deactivateSims', 'SimsInput', {}],
  ['suspendSims', 'SimsInput', {}],
  ['resumeSims', 'SimsInput', {}],
  ['testSims', 'SimsInput', {}],
  ['activeReadySims', 'SimsInput', {}],
  ['resetSims', 'SimsInput', {}],
  ['setSimsGroup', 'SetSimsGroupInput', { group: 'Meters' }],
  ['setSimsDataLimit', 'SetSimsDataLimitInput', { limit: { megabytes: 500 } }],
  ['setSimsImeiLock', 'SetSimsImeiLockInput', { locked: true }],
  ['sendSms', 'SendSmsInput', { text: 'hello' }],
  ['changeEsimProfile', 'EsimProfileInput', { profile: 'KPN NL', action: 'DOWNLOAD' }],
])('%s', (name, input, more) => {
  test('for no SIMs, and for 1001, is refused before any call', async () => {
    const none = await ask(name, input, { sims: [], ...more });
    expect(none.errors).toMatchObject([
      { path: [name], message: 'sims must name from 1 to 1000 SIMs', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    // One and the same SIM 1001 times is 1001 refs as well.
    const tooMany = await ask(name, input, { sims: Array.from({ length: 1001 }, () => sim), ...more });
    expect(tooMany.errors).toMatchObject([
      {
        path: [name],
        message: 'sims names 1001 SIMs, at most 1000 are allowed',
        extensions: { code: 'TOO_MANY_SIMS' },
      },
    ]);
    expect((await running.world.calls()).total).toBe(0);
  });
});
