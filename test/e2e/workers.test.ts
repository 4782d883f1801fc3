import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { stepFleet } from '../support/fleet-steps.ts';
import { shownBy } from '../support/fleet-sync.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/graphql-client.ts';
import { waitFor } from '../support/wait-for.ts';
import { workersThatLogged } from '../support/workers.ts';

// The tests run one after another on one gateway; the last one stops it.
const fleet = stepFleet({ sims: 100, env: { WORKERS: '2', SHUTDOWN_GRACE_MS: '600000' } });
const live = async () =>
  (await fleet.world.sims({ state: 'LIVE' }))
    .map(({ iccid }) => iccid)
    .filter((iccid) => !iccid.startsWith('8937204999'));

/** Whether the gateway accepts a new connection. */
const takesConnections = ({ url }: RunningGateway) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname)
      .on('connect', () => {
        resolve(true);
        socket.destroy();
      })
      .on('error', () => resolve(false));
  });

test('both workers answer at the URL that the gateway reports, and each line of their logs names its worker', async () => {
  const { gateway } = fleet;
  const answering = () =>
    new Set(
      gateway.logged().flatMap(({ code, worker }) => (code === 'GRAPHQL_VALIDATION_FAILED' ? [worker] : [])),
    );
  // The gateway logs each error; each request has its own connection.
  await waitFor(async () => {
    const { errors } = await gateway.ask('{ sim(by: { iccid: "not one" }) { name } }');
    expect(errors).toHaveLength(1);
    return answering().size === 2;
  });
  expect([...answering()].sort()).toEqual([1, 2]);
  expect(workersThatLogged(gateway, 'gateway listens').sort()).toEqual([1, 2]);
  const reported = gateway.logged().filter(({ msg }) => msg === 'all workers listen');
  expect(reported).toEqual([expect.objectContaining({ url: gateway.url, workers: 2 })]);
});

test('one worker reads the fleet, and the answers of both show it', async () => {
  const { gateway } = fleet;
  for (let syncs = 0; syncs < 3; syncs++)
    expect((await fleet.fullSync()).byPath).toEqual({ '/get_account_sims': 1 });
  expect(workersThatLogged(gateway, 'leadership: won')).toHaveLength(1);
  expect(new Set(workersThatLogged(gateway, 'fleet: full sync completed')).size).toBe(1);
  const truth = await fleet.truth();
  for (let answers = 0; answers < 4; answers++) expect(await shownBy(gateway)).toEqual(truth);
});

test('a change with an idempotency key that arrives at both workers is carried out once', async () => {
  const { gateway, world } = fleet;
  const [iccid = ''] = await live();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      askWith<{ sendSms: ManyAnswer }>(gateway, { 'idempotency-key': 'at-both' }, sendSms, {
        input: { sims: refs([iccid]), text: 'once' },
      }),
    ),
  );
  for (const { data } of answers) expect(data.sendSms).toMatchObject({ succeeded: 1 });
  expect((await world.calls()).byPath['/sendSms']).toBe(1);
});

test('a stop waits for the changes in flight of all workers, and ends the program with exit code 0', async () => {
  const { gateway, relay, store } = fleet;
  const gate = relay.gate('/suspend?');
  const iccids = (await live()).slice(1, 20);
  const answers: Promise<{ data: { suspendSims: ManyAnswer } }>[] = [];
  const owners = async () =>
    (await store.query(`select distinct owner from audit_entry where outcome = 'OPEN'`)).length;
  for (const iccid of iccids) {
    answers.push(
      askWith<{ suspendSims: ManyAnswer }>(gateway, {}, mutation('suspendSims', 'SimsInput'), {
        input: { sims: refs([iccid]) },
      }),
    );
    await gate.holds(answers.length);
    if ((await owners()) === 2) break;
  }
  expect(await owners()).toBe(2);

  const exited = once(gateway.process, 'exit');
  gateway.process.kill('SIGTERM');
  await waitFor(async () => !(await takesConnections(gateway)));
  gate.open();
  for (const answer of answers) expect((await answer).data.suspendSims).toMatchObject({ succeeded: 1 });
  expect(await exited).toEqual([0, null]);
  await waitFor(() => workersThatLogged(gateway, 'gateway stopped').length === 3);
  expect(workersThatLogged(gateway, 'gateway stopped').sort()).toEqual([1, 2, undefined]);
  expect(gateway.logged().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
