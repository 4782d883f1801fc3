import { describe, expect, test } from '@jest/globals';
import { askWith, type ManyAnswer, mutation, refs, sendSms } from '../support/asking.ts';
import { changeSims } from '../support/changing.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = changeSims(600);
const { live } = ground;
const suspendSims = mutation('suspendSims', 'SimsInput');

const received = async (path: string) => (await ground.world.calls()).byPath[path] ?? 0;

/** Asks for a change and hangs up as soon as something is so. */
async function askAndLeave(key: string, query: string, input: object, when: () => Promise<boolean>) {
  const client = new AbortController();
  const answer = ground.gateway.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ query, variables: { input } }),
    signal: client.signal,
  });
  await waitFor(when);
  client.abort();
  await expect(answer).rejects.toThrow(/aborted/);
}

/** What the rows of these SIMs say. */
const statuses = async (iccids: readonly string[]) =>
  (
    await ground.store.query('select status from change_sim where iccid = any($1) order by position', [
      iccids,
    ])
  ).map(({ status }) => status);

const again = async <Name extends string>(key: string, query: string, input: object) =>
  askWith<Record<Name, ManyAnswer>>(ground.gateway, { 'idempotency-key': key }, query, { input });

describe('a client that leaves while the SIMs are read before the change', () => {
  const change = (iccids: readonly string[]) => ({ sims: refs(iccids) });

  test('does not keep the change from being carried out, and the same key tells its outcome', async () => {
    const iccids = await live(3);
    await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 800, times: 1 });
    await askAndLeave(
      'left-reading',
      suspendSims,
      change(iccids),
      async () => (await received('/get_sims')) === 1,
    );
    await waitFor(async () => (await statuses(iccids)).join() === 'SUCCEEDED,SUCCEEDED,SUCCEEDED');
    const sent = await received('/suspend');
    const { data, errors } = await again<'suspendSims'>('left-reading', suspendSims, change(iccids));
    expect(errors).toEqual([]);
    expect(data.suspendSims).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect([sent, await received('/suspend')]).toEqual([1, 1]);
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('may come back at once: it waits for the change that it began, and no message goes out twice', async () => {
    const iccids = await live(3);
    const input = { sims: refs(iccids), text: 'x' };
    await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 800, times: 1 });
    await askAndLeave('left-message', sendSms, input, async () => (await received('/get_sims')) === 1);
    const { data } = await again<'sendSms'>('left-message', sendSms, input);
    expect(data.sendSms).toMatchObject({ succeeded: 3, failed: 0, unknown: 0, notSent: 0 });
    expect(await received('/sendSms')).toBe(3);
    expect(await ground.world.effectCounts()).toEqual(Object.fromEntries(iccids.map((iccid) => [iccid, 1])));
  });

  test('leaves an entry in the audit log like any other', async () => {
    const [iccid = ''] = await live(1);
    await ground.world.addFaults({ path: '/get_sims', kind: 'delay', ms: 800, times: 1 });
    await askAndLeave(
      'left-entry',
      suspendSims,
      change([iccid]),
      async () => (await received('/get_sims')) === 1,
    );
    await waitFor(async () => (await statuses([iccid]))[0] === 'SUCCEEDED');
    const entries = async () =>
      ground.store.query(
        'select outcome, error_code from audit_entry where id in (select entry_id from change_sim where iccid = $1)',
        [iccid],
      );
    await waitFor(async () => (await entries())[0]?.outcome !== 'OPEN');
    expect(await entries()).toEqual([{ outcome: 'SUCCEEDED', error_code: null }]);
  });
});

test('a client that leaves while the SIM is read back: what the call did is found out all the same', async () => {
  const [iccid = ''] = await live(1);
  const input = { sims: refs([iccid]) };
  await ground.world.addFaults(
    { path: '/suspend', kind: 'status', status: 503, times: 1, acts: true },
    { path: '/get_sims', kind: 'delay', ms: 800, skip: 1, times: 1 },
  );
  await askAndLeave('left-reading-back', suspendSims, input, async () => (await received('/get_sims')) === 2);
  const { data, errors } = await again<'suspendSims'>('left-reading-back', suspendSims, input);
  expect(errors).toEqual([]);
  expect(data.suspendSims).toMatchObject({ succeeded: 1, unknown: 0, results: [{ iccid, error: null }] });
  expect(await statuses([iccid])).toEqual(['SUCCEEDED']);
  expect(await ground.world.effectCounts()).toEqual({ [iccid]: 1 });
});
