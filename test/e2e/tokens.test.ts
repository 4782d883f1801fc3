import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SimApiOptions } from '../../src/sim-api/index.ts';
import { Unreachable } from '../../src/sim-api/index.ts';
import { special } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { createWorld, type World, type WorldOptions } from '../support/sandbox.ts';
import { createTestClient, type TestClient } from '../support/sim-api-client.ts';
import { waitFor } from '../support/wait-for.ts';

const iccid = special.E210;
const tokenPath = '/oauth/token';
const hour = 3_600_000;
const refreshRefused = { refresh: 'refuse' } as const;

const callsOf = async (world: World, path: string) =>
  (await world.calls()).calls.filter((call) => call.path === path);
const statusesOf = async (world: World, path: string) =>
  (await callsOf(world, path)).map(({ httpStatus }) => httpStatus);

/** Runs a test on its own world and client; the tokens of the world have a lifetime of an hour, and the client has logged in. */
async function onClient(
  behaviour: WorldOptions['behaviour'],
  options: Partial<SimApiOptions>,
  run: (world: World, client: TestClient) => Promise<void>,
): Promise<void> {
  const world = await createWorld({ sims: 10, behaviour: { tokenLifetimeSeconds: 3600, ...behaviour } });
  const client = createTestClient(world, options);
  try {
    await waitFor(() =>
      client.client.logIn().then(
        () => true,
        () => false,
      ),
    );
    await world.clearCalls();
    await run(world, client);
  } finally {
    await client.client.stop();
    await world.remove();
  }
}

/** Reads the SIM with `reads` concurrent reads, and expects each of them to find it. */
async function expectFound({ sims }: TestClient, reads: number): Promise<void> {
  const found = await Promise.all(Array.from({ length: reads }, () => sims(iccid)));
  for (const answer of found) expect(answer.get(iccid)).toMatchObject({ iccid });
}

/** Expires the tokens for both sides, as after an hour. */
async function endTokens(world: World, client: TestClient): Promise<void> {
  await world.killTokens();
  client.advance(hour);
}

describe('a token that expires', () => {
  test('is renewed once for 100 concurrent reads, repeatedly, before any of them is sent', async () => {
    await onClient({}, {}, async (world, client) => {
      for (let renewals = 1; renewals <= 4; renewals++) {
        await endTokens(world, client);
        await expectFound(client, 100);
        expect(await statusesOf(world, tokenPath)).toEqual(Array.from({ length: renewals }, () => 200));
      }
      expect(new Set(await statusesOf(world, '/get_sims'))).toEqual(new Set([200]));
    });
  });

  test('is renewed once in the last minute of its lifetime, while it is still valid', async () => {
    await onClient({}, {}, async (world, client) => {
      client.advance(hour - 59_000);
      await expectFound(client, 100);
      await waitFor(async () => (await callsOf(world, tokenPath)).length > 0);
      await expectFound(client, 100);
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
    });
  });

  test.each(['number', 'string'] as const)(
    'has a lifetime from expires_in, a %s, and is not refused first',
    async (expiresIn) => {
      await onClient({ expiresIn }, {}, async (world, client) => {
        client.advance(hour - 61_000);
        await expectFound(client, 1);
        expect(await statusesOf(world, tokenPath)).toEqual([]);
        await endTokens(world, client);
        await expectFound(client, 5);
        expect(await statusesOf(world, tokenPath)).toEqual([200]);
        expect(new Set(await statusesOf(world, '/get_sims'))).toEqual(new Set([200]));
      });
    },
  );

  test('fails no read that waits for a slot meanwhile', async () => {
    await onClient({}, {}, async (world) => {
      const relay = await startRelay(world.origin);
      const client = createTestClient(world, { url: `${relay.url}/v1`, concurrency: 1 });
      try {
        await client.client.logIn();
        const first = relay.gate('/get_sims', { holds: 'answer' });
        const answers = [client.sims(iccid), client.sims(iccid)];
        await first.holds(1);
        await endTokens(world, client);
        first.open();
        for (const answer of await Promise.all(answers)) expect(answer.get(iccid)).toMatchObject({ iccid });
        expect(await statusesOf(world, '/get_sims')).toEqual([200, 200]);
        expect(await statusesOf(world, tokenPath)).toEqual([200, 200]);
      } finally {
        await client.client.stop();
        await relay.stop();
      }
    });
  });

  test('is replaced by a password login if the refresh is refused, and no read fails', async () => {
    await onClient(refreshRefused, {}, async (world, client) => {
      for (let round = 0; round < 3; round++) {
        await endTokens(world, client);
        await expectFound(client, 20);
      }
      expect(await statusesOf(world, tokenPath)).toEqual([401, 200, 401, 200, 401, 200]);
    });
  });
});

describe('a token that is refused during calls', () => {
  test('with other calls in progress is renewed once for all of them', async () => {
    await onClient({}, {}, async (world, client) => {
      await world.addFaults({ path: '/get_sims', skip: 37, times: 1, kind: 'unauthorized' });
      await expectFound(client, 100);
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
    });
  });

  test('with a dead refresh token is replaced by one password login', async () => {
    await onClient(refreshRefused, {}, async (world, client) => {
      await world.killTokens();
      await expectFound(client, 100);
      expect(await statusesOf(world, tokenPath)).toEqual([401, 200]);
    });
  });

  test('and whose successor is refused too stops the logins for five seconds', async () => {
    await onClient({}, {}, async (world, client) => {
      await world.addFaults({ path: '*', kind: 'unauthorized' });
      const refused = { reason: 'credentials', surelyNotSent: true };
      for (let read = 0; read < 30; read++)
        expect((await client.sims(iccid)).get(iccid)).toMatchObject(refused);
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
      client.advance(4999);
      expect((await client.sims(iccid)).get(iccid)).toMatchObject(refused);
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
      await world.clearFaults();
      client.advance(1);
      await expectFound(client, 1);
      expect(await statusesOf(world, tokenPath)).toEqual([200, 200]);
    });
  });
});

describe('a path that answers 401 to a token that other paths accept', () => {
  const refuses = (path: string) =>
    ({ path, kind: 'status', status: 401, body: { error: 'invalid_token' } }) as const;
  const failed = { reason: 'credentials', surelyNotSent: true };
  /** The results of five concurrent reads of diagnostics. */
  const diagnose = ({ forRequest }: TestClient) =>
    Promise.all(
      Array.from({ length: 5 }, () =>
        forRequest()
          .diagnostics.ofSim(iccid)
          .catch((error: unknown) => error),
      ),
    );

  test('fails only its own calls, and causes a login after 5 s, 10 s, 20 s, 40 s and each minute', async () => {
    await onClient({}, {}, async (world, client) => {
      await world.addFaults(refuses('/diagnostics'));
      let logins = 0;
      for (const pauseMs of [0, 5000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
        for (const afterMs of pauseMs === 0 ? [0] : [pauseMs - 1, 1]) {
          client.advance(afterMs);
          if (afterMs <= 1) logins++;
          for (const failure of await diagnose(client)) expect(failure).toMatchObject(failed);
          await expectFound(client, 5);
          expect(await statusesOf(world, tokenPath)).toEqual(Array(logins).fill(200));
        }
      }
    });
  });

  test('is called with the current token as soon as it accepts it', async () => {
    await onClient({}, {}, async (world, client) => {
      await world.addFaults(refuses('/diagnostics'));
      await diagnose(client);
      await world.clearFaults();
      for (const answer of await diagnose(client)) expect(answer).toHaveProperty('deviceName');
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
    });
  });

  test('costs one login, no matter how many such paths are called before another path has accepted the new token', async () => {
    await onClient({}, {}, async (world, client) => {
      const { account } = client.forRequest();
      await world.addFaults(refuses('/diagnostics'), refuses('/get_account_groups'));
      for (const failure of [...(await diagnose(client)), await account.groups().catch((error) => error)])
        expect(failure).toMatchObject(failed);
      await expectFound(client, 5);
      expect(await statusesOf(world, tokenPath)).toEqual([200]);
    });
  });

  test('does not cost other paths their token if the password is refused, too', async () => {
    await onClient(refreshRefused, {}, async (world, client) => {
      await world.addFaults(refuses('/diagnostics'), {
        path: tokenPath,
        kind: 'status',
        status: 401,
        body: { error: 'invalid_grant' },
      });
      for (const failure of await diagnose(client)) expect(failure).toMatchObject(failed);
      await expectFound(client, 5);
      for (const failure of await diagnose(client)) expect(failure).toMatchObject(failed);
      expect(await statusesOf(world, tokenPath)).toEqual([401, 401]);
    });
  });
});

test('a read whose token call never ends fails at the deadline', async () => {
  await onClient({}, { timeoutMs: 300, deadlineMs: 1000 }, async (world, client) => {
    await world.addFaults({ path: tokenPath, kind: 'hang' });
    await endTokens(world, client);
    const failure = (await client.sims(iccid)).get(iccid);
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).toMatchObject({ reason: 'timeout', surelyNotSent: true });
    expect(await callsOf(world, '/get_sims')).toEqual([]);
  });
});

const read = `{ sim(by: { iccid: "${iccid}" }) { iccid } }`;

/** This many concurrent queries, each in its own request. */
async function ask(gateway: RunningGateway, count: number) {
  const answers = await Promise.all(Array.from({ length: count }, () => gateway.ask(read)));
  return answers.map(({ data, errors }) => ({ data, errors }));
}

describe('a gateway', () => {
  let world: World;
  let relay: Relay;
  let gateway: RunningGateway;

  beforeAll(async () => {
    world = await createWorld({ sims: 10 });
    relay = await startRelay(world.origin);
    gateway = await startGateway({ world, env: { SIM_API_URL: `${relay.url}/v1` } });
  });
  beforeEach(() => world.clearCalls());
  afterAll(async () => {
    await gateway.stop();
    await relay.stop();
    await world.remove();
  });

  test('renews a refused token once for 100 concurrent queries, and none fails', async () => {
    await world.killTokens();
    // The login is held back until later requests have arrived at the gateway.
    const login = relay.hold(tokenPath);
    const answers = ask(gateway, 100);
    await login.arrived;
    await Promise.all(Array.from({ length: 20 }, () => gateway.ask('{ __typename }')));
    login.release();
    for (const answer of await answers) expect(answer).toEqual({ data: { sim: { iccid } }, errors: [] });
    expect(await statusesOf(world, tokenPath)).toEqual([200]);
  });

  test('whose change is refused with 401 reports that for this change, and reads still work', async () => {
    await world.addFaults({ path: '/reset', kind: 'status', status: 401, body: { error: 'invalid_token' } });
    const reset = `mutation { resetSim(input: { sim: { iccid: "${iccid}" } }) { outcome } }`;
    for (let asked = 0; asked < 3; asked++) {
      const { errors } = await gateway.ask(reset);
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED', retryable: false } }]);
      expect(await ask(gateway, 1)).toEqual([{ data: { sim: { iccid } }, errors: [] }]);
    }
    expect(await world.effects()).toEqual([]);
    await world.clearFaults();
  });

  test('shows no secret in an answer or a log line, however the calls fail', async () => {
    const answers = [await ask(gateway, 2)];
    for (const kind of ['unauthorized', 'reset', 'garbage'] as const) {
      await world.addFaults({ path: '*', kind, times: 2 });
      answers.push(await ask(gateway, 2));
    }
    await world.addFaults({ path: tokenPath, kind: 'html', times: 2 });
    await world.killTokens();
    answers.push(await ask(gateway, 2));
    expect(relay.secrets.size).toBeGreaterThan(1);
    await gateway.stop();
    const said = JSON.stringify([answers, gateway.logged()]);
    for (const secret of [...relay.secrets, world.password]) expect(said).not.toContain(secret);
  });
});

describe('a gateway with wrong credentials', () => {
  const password = 'CANARY-wrong-password';
  let world: World;
  let gateway: RunningGateway;

  beforeAll(async () => {
    world = await createWorld({ sims: 10 });
    gateway = await startGateway({ world, env: { SIM_API_PASSWORD: password } });
  });
  afterAll(async () => {
    await gateway.stop();
    await world.remove();
  });

  test('answers a change with an error, not with an unknown outcome', async () => {
    const { data, errors } = await gateway.ask(
      `mutation { deactivateSim(input: { sim: { iccid: "${iccid}" } }) { outcome } }`,
    );
    expect(data).toEqual({ deactivateSim: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED', retryable: false } }]);
    expect(await world.effects()).toEqual([]);
  });

  test('answers 50 queries with UPSTREAM_AUTH_FAILED, without a storm of logins', async () => {
    const answers = [...(await ask(gateway, 25)), ...(await ask(gateway, 25))];
    for (const { data, errors } of answers) {
      expect(data).toEqual({ sim: null });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_AUTH_FAILED', retryable: false } }]);
    }
    const { byPath } = await world.calls();
    expect(Object.keys(byPath)).toEqual([tokenPath]);
    // One in five seconds: more do not fit into the minutes that these two tests may take.
    expect(byPath[tokenPath]).toBeLessThan(26);
    await gateway.stop();
    expect(JSON.stringify([answers, gateway.logged()])).not.toContain(password);
  });
});
