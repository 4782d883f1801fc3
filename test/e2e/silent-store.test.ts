import { afterEach, describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { waitFor } from '../support/wait-for.ts';

// Few calls at a time: a change that waited for the database with each of its SIMs would take minutes.
const ground = changeSims(900, { SIM_API_CONCURRENCY: '2' });
const { live } = ground;

const rowsOf = (iccids: readonly string[]) =>
  ground.store.query<{ iccid: string; status: string }>(
    'select iccid, status from change_sim where iccid = any($1) order by position',
    [iccids],
  );
const keyed = <Data>(key: string, query: string, input: object) =>
  askWith<Data>(ground.gateway, { 'idempotency-key': key }, query, { input });

afterEach(() => ground.store.relay.restore());

test('a database that goes silent in the middle of a message to 60 SIMs stops no reads, and the message ends before it is back; nobody gets it twice, and what is told and written is what was done', async () => {
  const iccids = await live(60);
  await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 50, acts: true });
  let hasEnded = false;
  const input = { sims: refs(iccids), text: 'x' };
  const message = keyed<{ sendSms: ManyAnswer }>('silent', sendSms, input).finally(() => {
    hasEnded = true;
  });
  await waitFor(async () => (await ground.world.effects()).length >= 5);
  ground.store.relay.silence();

  const reads: { data: unknown; errors: unknown[] }[] = [];
  do reads.push(await ground.gateway.ask('{ sims(first: 1) { nodes { iccid } } }'));
  while (!hasEnded);
  for (const { data, errors } of reads) {
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ sims: { nodes: [{ iccid: expect.any(String) }] } });
  }

  const { data, errors } = await message;
  expect(errors).toEqual([]);
  // It has not even been given up to write down what became of the first ones.
  expect(ground.gateway.logged().filter(({ msg }) => msg === 'outcomes wait for the database')).toEqual([]);
  const effects = await ground.world.effectCounts();
  const sent = Object.keys(effects);
  expect(Object.values(effects).filter((times) => times !== 1)).toEqual([]);
  expect(sent.length).toBeGreaterThanOrEqual(5);
  expect(sent.length).toBeLessThan(60);
  expect(data.sendSms).toMatchObject({ succeeded: sent.length, failed: 60 - sent.length, unknown: 0 });
  for (const { iccid, outcome, error } of data.sendSms.results)
    expect([iccid, outcome, error?.code]).toEqual(
      sent.includes(iccid ?? '') ? [iccid, 'SUCCEEDED', undefined] : [iccid, 'FAILED', 'STORE_UNAVAILABLE'],
    );

  ground.store.relay.restore();
  await waitFor(
    async () => (await ground.store.query(`select from audit_entry where outcome = 'OPEN'`)).length === 0,
  );
  expect(await rowsOf(iccids)).toEqual(
    iccids.map((iccid) => ({ iccid, status: sent.includes(iccid) ? 'SUCCEEDED' : 'FAILED' })),
  );
  // Some were sent: the key stands for that, and tells it.
  const told = await keyed<{ sendSms: ManyAnswer }>('silent', sendSms, input);
  expect(told.data.sendSms).toMatchObject({ succeeded: sent.length, failed: 60 - sent.length });
  expect(await ground.world.effectCounts()).toEqual(effects);
}, 60_000);

describe('where the database takes no more claims', () => {
  /** Keeps SIMs from being claimed, as a server does that is about to shut down. */
  async function refuseClaims(condition: string, during: () => Promise<void>): Promise<void> {
    await ground.store.query(`create function refuse_claim() returns trigger language plpgsql as $$
      begin raise exception 'going away' using errcode = '57P01'; end $$`);
    await ground.store.query(`create trigger refuse_claim before update on change_sim for each row
      when (new.status = 'SENDING' and ${condition}) execute function refuse_claim()`);
    try {
      await during();
    } finally {
      await ground.store.query('drop trigger refuse_claim on change_sim');
      await ground.store.query('drop function refuse_claim');
    }
  }

  test('a change of one SIM is refused, nothing is sent, and its key still serves to make it', async () => {
    const [iccid = ''] = await live(1);
    const suspend = () =>
      keyed<{ suspendSim: { outcome: string } | null } | null>(
        'claims-one',
        mutation('suspendSim', 'SimInput'),
        { sim: { iccid } },
      );
    await refuseClaims('true', async () => {
      const { data, errors } = await suspend();
      expect(data).toEqual({ suspendSim: null });
      expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }]);
      expect(await ground.world.effects()).toEqual([]);
    });
    const { data, errors } = await suspend();
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ suspendSim: { outcome: 'SUCCEEDED' } });
    expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
  });

  test('a message to several SIMs is refused for each of them, and its key still serves to send it', async () => {
    const iccids = await live(5);
    const send = () =>
      keyed<{ sendSms: ManyAnswer }>('claims-many', sendSms, { sims: refs(iccids), text: 'x' });
    await refuseClaims('true', async () => {
      const { data } = await send();
      expect(data.sendSms).toMatchObject({ succeeded: 0, failed: 5 });
      expect(data.sendSms.results.map(({ error }) => error?.code)).toEqual(
        iccids.map(() => 'STORE_UNAVAILABLE'),
      );
      expect(await ground.world.effects()).toEqual([]);
    });
    expect((await send()).data.sendSms).toMatchObject({ succeeded: 5, failed: 0 });
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('but one SIM was sent its message before, the key stands for that: it tells it again and sends no more', async () => {
    const [first = '', second = ''] = await live(2);
    const send = () =>
      keyed<{ sendSms: ManyAnswer }>('claims-part', sendSms, { sims: refs([first, second]), text: 'x' });
    const partly = {
      succeeded: 1,
      failed: 1,
      results: [
        { iccid: first, outcome: 'SUCCEEDED' },
        { iccid: second, outcome: 'FAILED', error: { code: 'STORE_UNAVAILABLE' } },
      ],
    };
    await refuseClaims('new.position = 1', async () => {
      expect((await send()).data.sendSms).toMatchObject(partly);
    });
    expect((await send()).data.sendSms).toMatchObject(partly);
    expect(await ground.world.effectCounts()).toEqual({ [first]: 1 });
  });
});
