import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createRunner } from './terminal.ts';

const SIM = '8937204016076059646';
const SMS = ['send-sms', SIM, '--text', 'hi', '--idempotency-key', 'order-1'];
const BULK = ['bulk', '--action', 'RESET', '--sims', SIM, '--idempotency-key', 'order-1'];
const runner = createRunner();

let server: Server | undefined;
afterEach(() => void server?.close());

/** The answers of a gateway to successive requests, the last one to all later ones. It breaks the connection instead of `null`. */
async function answering(...answers: (object | null)[]): Promise<{ url: string }> {
  let requests = 0;
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests++, answers.length - 1)] ?? null;
    if (answer === null) return void request.destroy();
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const refusal = (code: string, retryable = false) => ({
  errors: [{ message: 'no', extensions: { code, retryable } }],
});
const sent = { data: { change: { results: [{ iccid: SIM, outcome: 'SUCCEEDED', error: null }] } } };

describe('a change whose first request had no answer may have been made:', () => {
  test.each([
    ['BAD_REQUEST', SMS],
    ['RATE_LIMITED', SMS],
    ['RATE_LIMITED', BULK],
    ['UNAUTHENTICATED', BULK],
    ['NEW_IN_A_LATER_VERSION', SMS],
  ])('%s after that ends with 1 and the key', async (code, args) => {
    const gateway = await answering(null, refusal(code, true));
    const ended = await runner.run(args, gateway);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      new RegExp(
        `^${code}: .*\\nThe .* may have been .* --idempotency-key order-1 to find out; .* at most once`,
      ),
    );
    expect(ended.stderr).not.toContain('A retry may succeed');
  });

  test('with --json the key is in the error', async () => {
    const { code, stdout, stderr } = await runner.run(
      [...SMS, '--json'],
      await answering(null, refusal('RATE_LIMITED', true)),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr.split('\n')[0] ?? '').error).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: false,
      mayHaveArrived: true,
      idempotencyKey: 'order-1',
    });
  });

  test('a refusal of the change itself is its outcome', async () => {
    const { code, stdout, stderr } = await runner.run(SMS, await answering(null, refusal('SMS_NOT_ALLOWED')));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/: FAILED {2}SMS_NOT_ALLOWED: no\n$/);
  });

  test('ISSUER_UNAVAILABLE is retried', async () => {
    const gateway = await answering(null, refusal('ISSUER_UNAVAILABLE', true), sent);
    expect(await runner.run(SMS, gateway)).toMatchObject({ code: 0, stderr: '' });
  });
});

test('a refusal of the only request does not say that the change may have been made', async () => {
  const { code, stdout, stderr } = await runner.run(SMS, await answering(refusal('RATE_LIMITED', true)));
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'RATE_LIMITED: no A retry may succeed.\n',
  });
});

test('--wait prints the accepted change also if the SIM cannot be followed, and retries the first poll', async () => {
  const sim = {
    iccid: SIM,
    name: null,
    state: 'OFFLINE',
    pendingState: 'OFFLINE',
    offlineReason: 'SUSPENDED',
  };
  const accepted = { data: { change: { iccid: SIM, outcome: 'SUCCEEDED', error: null, sim } } };
  const gateway = await answering(accepted, null, refusal('UNAUTHENTICATED'));
  const { code, stdout, stderr } = await runner.run(['suspend', SIM, '--wait', '--json'], gateway);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'SUCCEEDED', pendingState: 'OFFLINE' });
  expect(stderr).toMatch(/The gateway does not answer[\s\S]*"code":"UNAUTHENTICATED"/);
});
