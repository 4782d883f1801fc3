import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.ts';
import { createWorld } from '../support/sandbox.ts';
import { createStore, type TestStore } from '../support/store.ts';

let store: TestStore;

beforeAll(async () => {
  store = await createStore();
  const world = await createWorld({ sims: 10 });
  // Whoever starts first makes the tables.
  await (await startGateway({ world, store })).stop();
  await world.remove();
});
afterAll(() => store.remove());

const final = /is an audit record/;

/** Writes an entry of one SIM, as the gateway would, and gives its id. */
async function write(outcome: string, status: string, at = 'clock_timestamp()'): Promise<string> {
  const id = randomUUID();
  await store.query(
    `insert into audit_entry (id, tenant, actor, at, action, arguments, request_id, sim_count, owner, lease_until)
     values ($1, 't', 'a', ${at}, 'SEND_SMS', '{"textLength":1}', 'r', 1, $1, now() + interval '1 hour')`,
    [id],
  );
  await store.query(
    `insert into change_sim (entry_id, tenant, actor, position, iccid, status) values ($1, 't', 'a', 0, '8937204999', $2)`,
    [id, status],
  );
  if (outcome !== 'OPEN')
    await store.query('update audit_entry set outcome = $2, finished_at = now() where id = $1', [
      id,
      outcome,
    ]);
  return id;
}

const everyColumn: [string, string][] = [
  ['tenant', `'other'`],
  ['actor', `'other'`],
  ['at', `at - interval '1 second'`],
  ['action', `'CLOSE'`],
  ['arguments', `'{}'`],
  ['request_id', `'other'`],
  ['id', 'gen_random_uuid()'],
];

describe('a finished entry', () => {
  test.each([
    ...everyColumn,
    ['sim_count', '2'],
    ['outcome', `'FAILED'`],
    ['error_code', `'SIM_NOT_FOUND'`],
    ['finished_at', 'now()'],
    ['owner', 'gen_random_uuid()'],
    ['lease_until', 'now()'],
  ])('keeps its %s: the database refuses to change it', async (column, value) => {
    const id = await write('SUCCEEDED', 'SUCCEEDED');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(final);
  });

  test.each(['SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN'])('is not opened again (%s)', async (outcome) => {
    const id = await write(outcome, 'SUCCEEDED');
    const reopened = store.query(
      `update audit_entry set outcome = 'OPEN', finished_at = null where id = $1`,
      [id],
    );
    await expect(reopened).rejects.toThrow(final);
  });

  test('is not deleted, nor are its SIMs', async () => {
    const id = await write('SUCCEEDED', 'SUCCEEDED', `now() - interval '10 years'`);
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
    await expect(store.query('delete from change_sim where entry_id = $1', [id])).rejects.toThrow(final);
  });

  test('is given no further SIMs', async () => {
    const id = await write('SUCCEEDED', 'SUCCEEDED');
    const added = store.query(
      `insert into change_sim (entry_id, tenant, actor, position, iccid, status) values ($1, 't', 'a', 1, '8937', 'SUCCEEDED')`,
      [id],
    );
    await expect(added).rejects.toThrow(final);
  });
});

test.each(['audit_entry', 'change_sim', 'audit_entry, change_sim', 'audit_entry cascade'])(
  'nobody empties %s',
  async (tables) => {
    await write('SUCCEEDED', 'SUCCEEDED');
    await expect(store.query(`truncate ${tables}`)).rejects.toThrow(/audit record|cannot truncate/);
    expect((await store.query('select from audit_entry')).length).toBeGreaterThan(0);
  },
);

describe('an open entry', () => {
  test.each(everyColumn)('keeps its %s from the start', async (column, value) => {
    const id = await write('OPEN', 'PENDING');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(/audit record|foreign key/);
  });

  test('is not deleted', async () => {
    const id = await write('OPEN', 'PENDING');
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('is finished once, and never without the time of it', async () => {
    const id = await write('OPEN', 'PENDING');
    await expect(
      store.query(`update audit_entry set outcome = 'FAILED' where id = $1`, [id]),
    ).rejects.toThrow(/check/);
    await store.query(`update audit_entry set outcome = 'FAILED', finished_at = now() where id = $1`, [id]);
    await expect(store.query(`update audit_entry set error_code = 'X' where id = $1`, [id])).rejects.toThrow(
      final,
    );
  });
});

describe('what became of a SIM', () => {
  const statuses = ['PENDING', 'SENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'];
  const settled = statuses.slice(2).flatMap((from) => statuses.map((to) => [from, to] as const));
  const set = (id: string, status: string) =>
    store.query('update change_sim set status = $2 where entry_id = $1', [id, status]);

  test.each(settled)(
    'is %s and does not become %s, but for UNKNOWN that succeeded after all',
    async (from, to) => {
      const id = await write('OPEN', from);
      if (from === 'UNKNOWN' && to === 'SUCCEEDED') await expect(set(id, to)).resolves.toEqual([]);
      else await expect(set(id, to)).rejects.toThrow(final);
    },
  );

  test('stays with its SIM, its entry and its place, settled or not', async () => {
    for (const status of ['PENDING', 'SENDING', 'UNKNOWN'])
      for (const change of [
        `iccid = '8937000'`,
        'iccid = null',
        'position = 7',
        `tenant = 'other'`,
        `actor = 'other'`,
      ]) {
        const id = await write('OPEN', status);
        await expect(
          store.query(`update change_sim set ${change} where entry_id = $1`, [id]),
        ).rejects.toThrow(final);
      }
  });
});

describe('forgetting', () => {
  const forget = (keep: string, most = 1000) =>
    store.query<{ n: number }>(`select forget_audit_entries(interval '${keep}', ${most}) as n`);
  const left = async (...ids: string[]) =>
    (await store.query<{ id: string }>('select id from audit_entry where id = any($1)', [ids])).map(
      ({ id }) => id,
    );

  test('takes finished entries that are old enough, their SIMs and keys, and no others', async () => {
    await forget('1 day');
    const old = await write('SUCCEEDED', 'SUCCEEDED', `now() - interval '31 days'`);
    const open = await write('OPEN', 'PENDING', `now() - interval '31 days'`);
    const young = await write('FAILED', 'FAILED', `now() - interval '29 days'`);
    expect(await forget('30 days')).toEqual([{ n: 1 }]);
    expect((await left(old, open, young)).sort()).toEqual([open, young].sort());
    expect(await store.query('select from change_sim where entry_id = $1', [old])).toEqual([]);
  });

  test('takes the oldest first and no more than it is told', async () => {
    await forget('1 day');
    const ages = ['40 days', '60 days', '50 days'];
    const ids = await Promise.all(ages.map((age) => write('FAILED', 'FAILED', `now() - interval '${age}'`)));
    expect(await forget('30 days', 2)).toEqual([{ n: 2 }]);
    expect(await left(...ids)).toEqual([ids[0]]);
  });

  test.each(['0 days', '23 hours', '-1 day', '-1000 years'])(
    'of what is younger than a day is refused (%s)',
    async (keep) => {
      const id = await write('FAILED', 'FAILED');
      await expect(forget(keep)).rejects.toThrow(/kept for a day/);
      expect(await left(id)).toEqual([id]);
    },
  );

  test('leaves the tables as closed as they were', async () => {
    await forget('1 day');
    const id = await write('FAILED', 'FAILED', `now() - interval '5 years'`);
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('is not led astray by temporary tables of the same names: it forgets what is in the log, and runs nothing of theirs', async () => {
    await forget('1 day');
    const old = await write('SUCCEEDED', 'SUCCEEDED', `now() - interval '31 days'`);
    const young = await write('FAILED', 'FAILED');
    // Temporary tables last as long as their connection, so all of it is one text.
    await store.query(`
      create temporary table audit_entry (id uuid, at timestamptz, outcome text, sim_count integer);
      create temporary table change_sim (entry_id uuid);
      insert into pg_temp.audit_entry values (gen_random_uuid(), '2000-01-01', 'FAILED', 1);
      create function pg_temp.hijack() returns trigger language plpgsql as $$
        begin raise exception 'run with the rights of the owner'; end $$;
      create trigger hijack before delete on pg_temp.audit_entry
        for each row execute function pg_temp.hijack();
      select forget_audit_entries(interval '30 days', 1000);
      do $$ begin
        if (select count(*) from pg_temp.audit_entry) <> 1 then raise exception 'forgot the wrong one'; end if;
      end $$`);
    expect(await left(old, young)).toEqual([young]);
  });
});
