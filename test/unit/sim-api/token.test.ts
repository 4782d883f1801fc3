import { beforeEach, describe, expect, test } from '@jest/globals';
import { Garbled, Unreachable } from '../../../src/sim-api/errors.ts';
import { createLogin } from '../../../src/sim-api/login.ts';
import { createTokenSource, type TokenSource } from '../../../src/sim-api/token.ts';
import { notShared } from '../../../src/sim-api/token-sharing.ts';

type Form = Readonly<Record<string, string>>;

let nowMs: number;
let asked: Form[];
let answer: (form: Form) => { status: number; body: string };
let source: TokenSource;

const given = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
const refused = { status: 401, body: '{"error":"invalid_grant","error_description":"Bad credentials"}' };
const grants = () => asked.map(({ grant_type }) => grant_type);

beforeEach(() => {
  nowMs = 1_000_000;
  asked = [];
  answer = () => given({ access_token: `token-${asked.length}`, refresh_token: 'again', expires_in: 1000 });
  // The wall clock is wrong by decades: it must not matter.
  const clock = { now: () => new Date(0), monotonicMs: () => nowMs };
  const logIn = createLogin(
    async (form) => {
      asked.push(form);
      return { ...answer(form), headers: {} };
    },
    { username: 'user', password: 'secret & more' },
    clock,
  );
  source = createTokenSource(logIn, notShared, clock);
});

describe('a token', () => {
  test('is requested with the password at first, with the user name as client id', async () => {
    expect(source.current()).toBeUndefined();
    expect(await source.renew()).toBe('token-1');
    expect(asked).toEqual([
      { grant_type: 'password', client_id: 'user', username: 'user', password: 'secret & more' },
    ]);
    expect(source.current()).toBe('token-1');
  });

  test('of 1000 seconds is renewed a minute before it expires, and is used until the new one arrives', async () => {
    await source.renew();
    nowMs += 939_999;
    expect(source.current()).toBe('token-1');
    expect(asked).toHaveLength(1);
    nowMs += 1;
    expect(source.current()).toBe('token-1');
    expect(grants()).toEqual(['password', 'refresh_token']);
    await source.renew();
    expect(source.current()).toBe('token-2');
    expect(asked).toHaveLength(2);
  });

  test('is used until it expires while its renewal fails', async () => {
    await source.renew();
    answer = () => ({ status: 503, body: '' });
    for (const afterMs of [940_000, 500, 500, 57_999]) {
      nowMs += afterMs;
      expect(source.current()).toBe('token-1');
      await source.renew().catch(() => undefined);
    }
    nowMs += 1;
    expect(source.current()).toBeUndefined();
  });

  test.each([
    ['2', 1500, 1900],
    [2, 1500, 1900],
    ['604799', 604_739_000, 604_798_000],
    [0.1, 375, 475],
    [0, 375, 475],
    [-5, 375, 475],
    [undefined, 240_000, 299_000],
    ['soon', 240_000, 299_000],
  ])(
    'whose expires_in is %p is renewed after %d ms and used for %d ms',
    async (expires_in, renewedMs, servesMs) => {
      answer = () => given({ access_token: `token-${asked.length}`, expires_in });
      await source.renew();
      nowMs += renewedMs - 1;
      expect(source.current()).toBe('token-1');
      expect(asked).toHaveLength(1);
      answer = () => ({ status: 503, body: '' });
      nowMs += servesMs - renewedMs;
      expect(source.current()).toBe('token-1');
      expect(asked).toHaveLength(2);
      nowMs += 1;
      expect(source.current()).toBeUndefined();
    },
  );

  test('has a lifetime that starts when its request was sent, not when the answer arrived', async () => {
    answer = () => {
      nowMs += 700_000;
      return given({ access_token: 'late', expires_in: 1000 });
    };
    await source.renew();
    nowMs += 299_000;
    expect(source.current()).toBeUndefined();
  });

  test('is requested once for 100 concurrent callers', async () => {
    const tokens = await Promise.all(Array.from({ length: 100 }, () => source.renew()));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  test('that was refused is replaced once, and is used until then: the cause may be the path that refused it', async () => {
    await source.renew();
    const newer = source.renew('token-1');
    expect(source.current()).toBe('token-1');
    expect(await newer).toBe('token-2');
    expect(await source.renew('token-1')).toBe('token-2');
    expect(asked).toHaveLength(2);
  });
});

describe('a renewal', () => {
  test('uses the latest refresh token', async () => {
    answer = () => given({ access_token: 'a', refresh_token: `refresh-${asked.length}`, expires_in: 1 });
    await source.renew();
    await source.renew();
    await source.renew();
    expect(asked.slice(1)).toEqual([
      { grant_type: 'refresh_token', refresh_token: 'refresh-1' },
      { grant_type: 'refresh_token', refresh_token: 'refresh-2' },
    ]);
  });

  test.each([400, 401, 403])('that is refused with %d falls back to the password at once', async (status) => {
    await source.renew();
    const original = answer;
    answer = (form) => (form.grant_type === 'refresh_token' ? { ...refused, status } : original(form));
    expect(await source.renew()).toBe('token-3');
    expect(grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  test('with a garbled answer is not tried again with the same refresh token', async () => {
    await source.renew();
    answer = () => ({ status: 200, body: '<html>CANARY</html>' });
    const failure = await source.renew().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Garbled);
    expect(String(failure)).not.toContain('CANARY');
    answer = () => given({ access_token: 'b', expires_in: 1000 });
    expect(await source.renew()).toBe('b');
    expect(grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  test.each(['{}', '[]', 'null', '', '{"access_token":null}', '{"access_token":"a\\r\\nX-Evil: 1"}'])(
    'whose answer has no token that is valid in a header (%s) fails as garbled',
    async (body) => {
      answer = () => ({ status: 200, body });
      await expect(source.renew()).rejects.toBeInstanceOf(Garbled);
    },
  );
});

describe('refused credentials', () => {
  beforeEach(() => {
    answer = () => refused;
  });

  test('fail every renewal with the reason credentials, without another login for 5 s', async () => {
    const failures = await Promise.all(
      Array.from({ length: 50 }, () => source.renew().catch((error: unknown) => error)),
    );
    nowMs += 4999;
    failures.push(await source.renew().catch((error: unknown) => error));
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(Unreachable);
      expect(failure).toMatchObject({ reason: 'credentials', surelyNotSent: true, retryAfterSeconds: 5 });
    }
    expect(asked).toHaveLength(1);
  });

  test('are not assumed from the 4xx of a proxy', async () => {
    for (const body of ['<html>Forbidden</html>', '{"message":"blocked"}']) {
      answer = () => ({ status: 403, body });
      await expect(source.renew()).rejects.toBeInstanceOf(Garbled);
    }
    expect(asked).toHaveLength(2);
  });

  test('are assumed for 5 s when the replacement of a refused token is refused too, unless a path accepted it', async () => {
    answer = () => given({ access_token: `token-${asked.length}`, expires_in: 1000 });
    await source.renew();
    await source.renew('token-1');
    const renewal = () => source.renew('token-2').catch(({ reason }: Unreachable) => reason);
    expect([await renewal(), asked.length]).toEqual(['credentials', 2]);
    nowMs += 4999;
    expect([await renewal(), asked.length]).toEqual(['credentials', 2]);
    source.accepted('token-2');
    expect([await renewal(), asked.length]).toEqual(['token-3', 3]);
  });

  test('are tried once more after 5 s, and the failure is cleared if they work', async () => {
    await expect(source.renew()).rejects.toThrow();
    nowMs += 5000;
    answer = () => given({ access_token: 'good', expires_in: 1000 });
    expect(await source.renew()).toBe('good');
    expect(asked).toHaveLength(2);
  });
});
