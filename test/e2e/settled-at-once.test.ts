import { expect, test } from '@jest/globals';
import { type ManyAnswer, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = changeSims(300);
const { live } = ground;

test('what became of 29 SIMs is written down while the message to the 30th is still under way', async () => {
  const iccids = await live(30);
  await ground.world.addFaults({ path: '/sendSms', iccid: iccids[29] ?? '', kind: 'delay', ms: 4000 });
  let hasEnded = false;
  const message = ground.gateway
    .ask<{ sendSms: ManyAnswer }>(sendSms, { input: { sims: refs(iccids), text: 'x' } })
    .finally(() => {
      hasEnded = true;
    });
  const statuses = async () =>
    (await ground.store.query('select status from change_sim order by position')).map(({ status }) => status);
  const allButOne = [...iccids.slice(1).map(() => 'SUCCEEDED'), 'SENDING'].join();
  await waitFor(async () => hasEnded || (await statuses()).join() === allButOne);
  expect(hasEnded).toBe(false);
  expect((await message).data.sendSms).toMatchObject({ succeeded: 30 });
  expect(new Set(await statuses())).toEqual(new Set(['SUCCEEDED']));
});
