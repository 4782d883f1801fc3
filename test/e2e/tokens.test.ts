import { describe, expect, test } from '@jest/globals';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRelay } from '../support/relay.ts';
import { createWorld, type World, type WorldOptions } from '../support/sandbox.ts';

const read = '{ sim(by: { iccid: "8937204999000002107" }) { iccid } }';
const answered = { data: { sim: { iccid: '8937204999000002107' } }, errors: [] };
const tokenPath = '/oauth/token';

/** Runs a test on a world and a gateway of its own. */
async function onGateway(
  options: WorldOptions,
  env: Record<string, string>,
  run: (world: World, gateway: RunningGateway) => Promise<void>,
): Promise<void> {
  const world = await createWorld({ sims: 10, ...options });
  const gateway = await startGateway({ world, env });
  try {
    await run(world, gateway);
  } finally {
    await gateway.stop();
    await world.remove();
  }
}

/** So many queries at once, each a request of its own. */
async function ask(gateway: RunningGateway, count: number) {
  const answers = await Promise.all(Array.from({ length: count }, () => gateway.ask(read)));
  return answers.map(({ data, errors }) => ({ data, errors }));
}

const tokenCalls = async (world: World) =>
  (await world.calls()).calls.filter(({ path }) => path === tokenPath);

describe('tokens that live two seconds', () => {
  test('are renewed under 100 parallel queries again and again, and no query fails', async () => {
    await onGateway({ manners: { tokenLifetimeSeconds: 2 } }, {}, async (world, gateway) => {
      const begunAt = performance.now();
      let renewed = 0;
      for (; renewed < 4; renewed = (await tokenCalls(world)).length)
        for (const answer of await ask(gateway, 100)) expect(answer).toEqual(answered);
      // Each is used for at least three quarters of its life, counted from before the first login.
      expect(renewed).toBeLessThanOrEqual(2 + Math.floor((performance.now() - begunAt) / 1500));
    });
  });

  test.each(['number', 'string'] as const)(
    'are renewed before they end, expires_in being a %s',
    async (expiresIn) => {
      await onGateway({ manners: { tokenLifetimeSeconds: 4, expiresIn } }, {}, async (world, gateway) => {
        while ((await tokenCalls(world)).length < 2)
          for (const answer of await ask(gateway, 5)) expect(answer).toEqual(answered);
        const { calls } = await world.calls();
        expect(calls.filter(({ httpStatus }) => httpStatus === 401)).toEqual([]);
      });
    },
  );

  test('fail no query by ending while it waits for its turn', async () => {
    const env = { SIM_API_CONCURRENCY: '1' };
    await onGateway({ manners: { tokenLifetimeSeconds: 1 } }, env, async (world, gateway) => {
      await world.addFaults({ path: '/get_sims', kind: 'delay', ms: 60 });
      for (const answer of await ask(gateway, 60)) expect(answer).toEqual(answered);
      expect((await tokenCalls(world)).length).toBeGreaterThan(2);
    });
  });

  test('are had by password where the refresh is refused, and no query fails', async () => {
    const manners = { tokenLifetimeSeconds: 1, refresh: 'refuse' } as const;
    await onGateway({ manners }, {}, async (world, gateway) => {
      let calls = await tokenCalls(world);
      for (; calls.length < 7; calls = await tokenCalls(world))
        for (const answer of await ask(gateway, 20)) expect(answer).toEqual(answered);
      const statuses = calls.slice(0, 7).map(({ httpStatus }) => httpStatus);
      expect(statuses).toEqual([200, 401, 200, 401, 200, 401, 200]);
    });
  });
});

describe('a token that is refused in mid-flight', () => {
  test('is renewed once for 100 parallel queries, and none fails', async () => {
    await onGateway({}, {}, async (world, gateway) => {
      expect(await ask(gateway, 1)).toEqual([answered]);
      await world.killTokens();
      await world.clearCalls();
      // A slow login gives all of them the time to ask for one of their own.
      await world.addFaults({ path: tokenPath, kind: 'delay', ms: 300 });
      for (const answer of await ask(gateway, 100)) expect(answer).toEqual(answered);
      expect(await tokenCalls(world)).toHaveLength(1);
    });
  });

  test('while others are under way with it is renewed once too', async () => {
    await onGateway({}, {}, async (world, gateway) => {
      expect(await ask(gateway, 1)).toEqual([answered]);
      await world.clearCalls();
      await world.addFaults({ path: '/get_sims', skip: 37, times: 1, kind: 'unauthorized' });
      for (const answer of await ask(gateway, 100)) expect(answer).toEqual(answered);
      expect(await tokenCalls(world)).toHaveLength(1);
    });
  });

  test('with a refresh token that is dead is had by password once', async () => {
    await onGateway({ manners: { refresh: 'refuse' } }, {}, async (world, gateway) => {
      await world.killTokens();
      await world.clearCalls();
      for (const answer of await ask(gateway, 100)) expect(answer).toEqual(answered);
      expect((await tokenCalls(world)).map(({ httpStatus }) => httpStatus)).toEqual([401, 200]);
    });
  });
});

describe('wrong credentials', () => {
  test('are told as UPSTREAM_AUTH_FAILED to 50 queries, without a storm of logins', async () => {
    const password = 'CANARY-wrong-password';
    await onGateway({}, { SIM_API_PASSWORD: password }, async (world, gateway) => {
      const begunAt = performance.now();
      const answers = [...(await ask(gateway, 25)), ...(await ask(gateway, 25))];
      for (const { data, errors } of answers) {
        expect(data).toEqual({ sim: null });
        expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED', retryable: false } }]);
      }
      const { byPath } = await world.calls();
      expect(Object.keys(byPath)).toEqual([tokenPath]);
      // One when it started, and one for every five seconds that have gone by.
      expect(byPath[tokenPath]).toBeLessThanOrEqual(2 + Math.floor((performance.now() - begunAt) / 5000));
      expect(JSON.stringify([answers, gateway.logged()])).not.toContain(password);
    });
  });

  test('that may log in, but whose tokens the SIM API refuses, make no storm of logins either', async () => {
    await onGateway({}, {}, async (world, gateway) => {
      await world.addFaults({ path: '*', kind: 'unauthorized' });
      for (let query = 0; query < 30; query++) {
        const { errors } = await gateway.ask(read);
        expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_AUTH_FAILED', retryable: false });
      }
      expect((await tokenCalls(world)).length).toBeLessThan(6);
    });
  });

  test('make a change an error, not an unknown outcome', async () => {
    await onGateway({}, { SIM_API_PASSWORD: 'wrong' }, async (world, gateway) => {
      const { data, errors } = await gateway.ask(
        'mutation { deactivateSim(input: { sim: { iccid: "8937204999000002107" } }) { outcome } }',
      );
      expect(data).toEqual({ deactivateSim: null });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED', retryable: false } }]);
      expect(await world.effects()).toEqual([]);
    });
  });
});

describe('secrets', () => {
  test('are in no answer and in no line of the log, however the calls fail', async () => {
    const world = await createWorld({ sims: 10 });
    const relay = await startRelay(world.origin);
    const gateway = await startGateway({ world, env: { SIM_API_URL: `${relay.url}/v1` } });
    try {
      const answers = [await ask(gateway, 2)];
      for (const kind of ['unauthorized', 'reset', 'garbage'] as const) {
        await world.addFaults({ path: '*', kind, times: 2 });
        answers.push(await ask(gateway, 2));
      }
      await world.addFaults({ path: tokenPath, kind: 'html', times: 2 });
      await world.killTokens();
      answers.push(await ask(gateway, 2));
      expect(relay.secrets.size).toBeGreaterThan(1);
      const said = JSON.stringify([answers, gateway.logged()]);
      for (const secret of [...relay.secrets, world.password]) expect(said).not.toContain(secret);
    } finally {
      await gateway.stop();
      await relay.stop();
    }
  });
});
