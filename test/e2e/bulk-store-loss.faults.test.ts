import { describe, expect, test } from '@jest/globals';
import {
  allResults,
  askForBulk,
  bulkGround,
  callsOf,
  cancelBulk,
  endOf,
  heirEnv,
  messages,
  onceEach,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { startDatabaseRelay } from '../support/database-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const ground = bulkGround({ sims: 2000 });

/** Whether the leases of all chunks in hand have ended, as the database itself sees it. */
const hasExpired = async () => {
  const owned = await ground.store.query<{ expired: boolean }>(
    'select lease_until < clock_timestamp() as expired from bulk_chunk where owner is not null',
  );
  return owned.length > 0 && owned.every(({ expired }) => expired);
};

describe('while PostgreSQL is away', () => {
  test.each(['cut', 'silence'] as const)(
    'longer than a lease (%s), nothing is sent that cannot be written down, and the operation goes on by itself',
    async (manner) => {
      const { relay: database } = ground.store;
      const gateway = await ground.start({ ...heirEnv, BULK_CONCURRENCY: '3' });
      const iccids = await ground.iccids(60);
      const gate = ground.relay.gate('/sendSms', { after: 9, holds: 'answer' });
      const { id } = await startBulk(gateway, messages(iccids));
      await gate.holds(3);
      await whenBulk(gateway, id, ({ succeeded }) => succeeded === 9);
      database[manner]();
      if (manner === 'cut') {
        const away = [{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }];
        expect((await askForBulk(gateway, messages(iccids))).errors).toMatchObject(away);
        expect((await cancelBulk(gateway, id)).errors).toMatchObject(away);
        expect(
          (await gateway.ask('query ($id: ID!) { bulkOperation(id: $id) { id } }', { id })).errors,
        ).toMatchObject(away);
      }
      gate.pass(3);
      // The calls that were under way are answered, and the gateway itself refuses the next ones.
      await waitFor(() => gateway.logged().some(({ reason }) => reason === 'withheld'));
      await waitFor(hasExpired);
      expect(await callsOf(ground.world, '/sendSms')).toBe(12);
      database.restore();
      gate.open();
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
  );

  test('from one of two replicas, the other one takes over, and no SIM gets a message twice', async () => {
    const database = await startDatabaseRelay(ground.store.url);
    try {
      const env = { BULK_CONCURRENCY: '3' };
      const first = await ground.start(env, { ...ground.store, url: database.by(ground.store.url) });
      const iccids = await ground.iccids(60);
      const gate = ground.relay.gate('/sendSms', { after: 9, holds: 'answer' });
      const { id } = await startBulk(first, messages(iccids));
      await gate.holds(3);
      await whenBulk(first, id, ({ succeeded }) => succeeded === 9);
      const second = await ground.start({ ...heirEnv, ...env });
      database.cut();
      ground.giveUp(first);
      await ground.endLeases();
      await gate.holds(6);
      gate.open();
      expect(await endOf(second, id)).toMatchObject({
        total: 60,
        succeeded: 57,
        unknown: 3,
        failed: 0,
        notSent: 0,
      });
      database.restore();
      // The first one has learned of its three messages meanwhile, and can tell that now.
      await whenBulk(second, id, ({ succeeded }) => succeeded === 60);
      expect(await ground.world.effectCounts()).toEqual(onceEach(iccids));
      for (const { outcome } of await allResults(second, id)) expect(outcome).toBe('SUCCEEDED');
    } finally {
      await database.stop();
    }
  });
});
