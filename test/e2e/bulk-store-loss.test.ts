import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  askForBulk,
  bulkGround,
  cancelBulk,
  endOf,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 2000 });

/** Whether the lease of whoever has chunks in hand has ended, as the database itself sees it. */
const hasExpired = async () => {
  const owned = await ground.store.query<{ expired: boolean }>(
    'select lease_until < clock_timestamp() as expired from bulk_chunk where owner is not null',
  );
  return owned.length > 0 && owned.every(({ expired }) => expired);
};

describe('while PostgreSQL is away', () => {
  test.each([
    ['cut off', 'cut'],
    ['silent', 'silence'],
  ] as const)(
    'for longer than a lease (%s), nothing is sent that cannot be written down, and it goes on by itself',
    async (_, manner) => {
      const { relay } = ground.store;
      const gateway = await ground.start({ BULK_CONCURRENCY: '3' });
      const iccids = await ground.iccids(60);
      await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
      const { id } = await startBulk(gateway, messages(iccids));
      await waitFor(async () => (await ground.effects()) >= 9);
      relay[manner]();
      const away = await ground.effects();
      await waitFor(hasExpired);
      // What was claimed went out, three at a time and one more each; nothing after that.
      expect(await ground.effects()).toBeLessThanOrEqual(away + 6);
      relay.restore();
      // A connection that went silent may still be lent once, and its query fails.
      await waitFor(async () => {
        const { data } = await gateway.ask<{ bulkOperation: { finishedAt: string | null } | null }>(
          'query ($id: ID!) { bulkOperation(id: $id) { finishedAt } }',
          { id },
        );
        return data.bulkOperation?.finishedAt != null;
      });
      expect(await endOf(gateway, id)).toMatchObject({ status: 'COMPLETED', succeeded: 60, unknown: 0 });
      expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
      expect(await allResults(gateway, id)).toHaveLength(60);
    },
    90_000,
  );

  test('from one of two replicas, the other one takes over, and no SIM gets a message twice', async () => {
    const relay = await startDatabaseRelay(ground.store.url);
    try {
      const cut = { ...ground.store, url: relay.by(ground.store.url) };
      const first = await ground.start({ BULK_CONCURRENCY: '3' }, cut);
      const iccids = await ground.iccids(60);
      await ground.world.addFaults({ path: '/sendSms', kind: 'delay', ms: 60 });
      const { id } = await startBulk(first, messages(iccids));
      await waitFor(async () => (await ground.effects()) >= 9);
      const second = await ground.start({ BULK_CONCURRENCY: '3' });
      relay.cut();
      const ended = await endOf(second, id);
      relay.restore();
      expect(ended).toMatchObject({ total: 60, failed: 0, notSent: 0 });
      // At most what was on its way when the first one lost its store; what it learned of that may still come.
      expect(ended.unknown).toBeLessThanOrEqual(6);
      const counts = await ground.world.effectCounts();
      expect(counts).toEqual(onceEach(Object.keys(counts)));
      await whenBulk(first, id, ({ unknown, succeeded }) => unknown + succeeded === 60);
      for (const { iccid, outcome } of await allResults(first, id))
        if (outcome === 'SUCCEEDED') expect(counts[iccid ?? '']).toBe(1);
    } finally {
      await relay.stop();
    }
  }, 90_000);

  test('no operation can be started, cancelled or looked at, and nothing is sent', async () => {
    const { relay } = ground.store;
    const gateway = await ground.start();
    const iccids = await ground.iccids(2);
    const done = await startBulk(gateway, messages(iccids));
    await endOf(gateway, done.id);
    await ground.world.clearEffects();
    relay.cut();
    const away = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];
    expect((await askForBulk(gateway, messages(iccids))).errors).toMatchObject(away);
    expect((await cancelBulk(gateway, done.id)).errors).toMatchObject(away);
    expect(
      (await gateway.ask('query ($id: ID!) { bulkOperation(id: $id) { id } }', { id: done.id })).errors,
    ).toMatchObject(away);
    relay.restore();
    expect(await ground.effects()).toBe(0);
    expect(await endOf(gateway, (await startBulk(gateway, messages(iccids))).id)).toMatchObject({
      status: 'COMPLETED',
    });
  });
});
