import { randomUUID } from 'node:crypto';
import { startGateway } from './gateway.ts';
import { createWorld } from './sandbox.ts';
import { createStore, type TestStore } from './store.ts';

/** A store with the tables of the gateway, and nothing in them. */
export async function createTables(): Promise<TestStore> {
  const store = await createStore();
  const world = await createWorld({ sims: 10 });
  // Whoever starts first makes the tables.
  await (await startGateway({ world, store })).stop();
  await world.remove();
  return store;
}

/** Writes an entry of the audit log and its SIMs, as the gateway would, and gives its id. `at` is SQL. */
export async function writeEntry(
  store: TestStore,
  outcome: string,
  status: string,
  { at = 'clock_timestamp()', sims = 1 }: { at?: string; sims?: number } = {},
): Promise<string> {
  const id = randomUUID();
  await store.query(
    `insert into audit_entry (id, tenant, actor, at, action, arguments, request_id, sim_count, owner, lease_until)
     values ($1, 't', 'a', ${at}, 'SEND_SMS', '{"textLength":1}', 'r', $2, $1, now() + interval '1 hour')`,
    [id, sims],
  );
  await store.query(
    `insert into change_sim (entry_id, tenant, actor, position, iccid, status)
     select $1, 't', 'a', position, '8937204999', $2 from generate_series(0, $3::integer - 1) as position`,
    [id, status, sims],
  );
  if (outcome !== 'OPEN')
    await store.query('update audit_entry set outcome = $2, finished_at = now() where id = $1', [
      id,
      outcome,
    ]);
  return id;
}
