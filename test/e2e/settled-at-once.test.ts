import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ManyAnswer, refs, sendSms } from '../support/asking.ts';
import { createPool } from '../support/fleet.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { createWorld, type World } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

let world: World;
let store: TestStore;
let gateway: RunningGateway;
const pool = createPool(() => world);

beforeAll(async () => {
  world = await createWorld({ sims: 300, clock: { rate: 0 } });
  store = await createStore();
  gateway = await startGateway({ world, store });
});
afterAll(async () => {
  await gateway.stop();
  await store.remove();
  await world.remove();
});

test('what became of 29 SIMs is written down while the message to the 30th is still under way', async () => {
  const iccids = (await pool.take(30, { state: 'LIVE' })).map(({ iccid }) => iccid);
  await world.addFaults({ path: '/sendSms', iccid: iccids[29] ?? '', kind: 'delay', ms: 4000 });
  let hasEnded = false;
  const message = gateway
    .ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text: 'x' } })
    .finally(() => {
      hasEnded = true;
    });
  const statuses = async () =>
    (await store.query('select status from change_sim order by position')).map(({ status }) => status);
  const allButOne = [...iccids.slice(1).map(() => 'SUCCEEDED'), 'SENDING'].join();
  await waitFor(async () => hasEnded || (await statuses()).join() === allButOne);
  expect(hasEnded).toBe(false);
  expect((await message).data.sendSms).toMatchObject({ succeeded: 30 });
  expect(new Set(await statuses())).toEqual(new Set(['SUCCEEDED']));
});
