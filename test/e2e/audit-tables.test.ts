import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { TestStore } from '../support/store.ts';
import { createTables, writeEntry } from '../support/written-entries.ts';

let store: TestStore;

beforeAll(async () => {
  store = await createTables();
});
afterAll(() => store.remove());

const final = /is an audit record/;

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
  ])('does not change its %s: the database refuses it', async (column, value) => {
    const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(final);
  });

  test.each(['SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN'])('is not reopened (%s)', async (outcome) => {
    const id = await writeEntry(store, outcome, 'SUCCEEDED');
    const reopened = store.query(
      `update audit_entry set outcome = 'OPEN', finished_at = null where id = $1`,
      [id],
    );
    await expect(reopened).rejects.toThrow(final);
  });

  test('is not deleted, nor are its SIMs', async () => {
    const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED', { at: `now() - interval '10 years'` });
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
    await expect(store.query('delete from change_sim where entry_id = $1', [id])).rejects.toThrow(final);
  });

  test('gets no further SIMs', async () => {
    const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
    const added = store.query(
      `insert into change_sim (entry_id, tenant, actor, position, iccid, status) values ($1, 't', 'a', 1, '8937', 'SUCCEEDED')`,
      [id],
    );
    await expect(added).rejects.toThrow(final);
  });
});

test.each(['audit_entry', 'change_sim', 'audit_entry, change_sim', 'audit_entry cascade'])(
  'the database refuses to truncate %s',
  async (tables) => {
    await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
    await expect(store.query(`truncate ${tables}`)).rejects.toThrow(/audit record|cannot truncate/);
    expect((await store.query('select from audit_entry')).length).toBeGreaterThan(0);
  },
);

describe('an open entry', () => {
  test.each(everyColumn)('does not change its %s from the start', async (column, value) => {
    const id = await writeEntry(store, 'OPEN', 'PENDING');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(/audit record|foreign key/);
  });

  test('is not deleted', async () => {
    const id = await writeEntry(store, 'OPEN', 'PENDING');
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('is completed once, and only with a time', async () => {
    const id = await writeEntry(store, 'OPEN', 'PENDING');
    await expect(
      store.query(`update audit_entry set outcome = 'FAILED' where id = $1`, [id]),
    ).rejects.toThrow(/check/);
    await store.query(`update audit_entry set outcome = 'FAILED', finished_at = now() where id = $1`, [id]);
    await expect(store.query(`update audit_entry set error_code = 'X' where id = $1`, [id])).rejects.toThrow(
      final,
    );
  });
});

describe('the outcome of a SIM', () => {
  const statuses = ['PENDING', 'SENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'];
  const changes = statuses.slice(2).flatMap((from) => statuses.map((to) => [from, to] as const));
  const set = (id: string, status: string) =>
    store.query('update change_sim set status = $2 where entry_id = $1', [id, status]);

  test.each(changes)(
    'that is %s does not become %s, except for UNKNOWN that turns out to be SUCCEEDED',
    async (from, to) => {
      const id = await writeEntry(store, 'OPEN', from);
      if (from === 'UNKNOWN' && to === 'SUCCEEDED') await expect(set(id, to)).resolves.toEqual([]);
      else await expect(set(id, to)).rejects.toThrow(final);
    },
  );

  test('does not change its SIM, entry or position, before or after its completion', async () => {
    for (const status of ['PENDING', 'SENDING', 'UNKNOWN'])
      for (const change of [
        `iccid = '8937000'`,
        'iccid = null',
        'position = 7',
        `tenant = 'other'`,
        `actor = 'other'`,
      ]) {
        const id = await writeEntry(store, 'OPEN', status);
        await expect(
          store.query(`update change_sim set ${change} where entry_id = $1`, [id]),
        ).rejects.toThrow(final);
      }
  });
});

describe('a SIM whose change was accepted and that settled in another state', () => {
  const turn = (id: string, status: string, error: object | null) =>
    store.query('update change_sim set status = $2, error = $3 where entry_id = $1', [id, status, error]);
  const notReached = { code: 'STATE_NOT_REACHED', message: 'It is in another state.' };

  test('becomes FAILED while its entry is open, and stays so', async () => {
    const id = await writeEntry(store, 'OPEN', 'SUCCEEDED');
    await turn(id, 'FAILED', notReached);
    expect(await store.query('select status, error from change_sim where entry_id = $1', [id])).toEqual([
      { status: 'FAILED', error: notReached },
    ]);
    await expect(turn(id, 'SUCCEEDED', null)).rejects.toThrow(final);
    await expect(turn(id, 'FAILED', notReached)).rejects.toThrow(final);
  });

  test.each([[null], [{}], [{ code: null }], [{ code: 'TRANSITION_NOT_ALLOWED' }]])(
    'stays SUCCEEDED if its error is not STATE_NOT_REACHED (%j)',
    async (error) => {
      const id = await writeEntry(store, 'OPEN', 'SUCCEEDED');
      await expect(turn(id, 'FAILED', error)).rejects.toThrow(final);
    },
  );

  test.each(['PENDING', 'SENDING', 'SUCCEEDED', 'UNKNOWN', 'NOT_SENT'])(
    'becomes nothing but FAILED (%s)',
    async (status) => {
      const id = await writeEntry(store, 'OPEN', 'SUCCEEDED');
      await expect(turn(id, status, notReached)).rejects.toThrow(final);
    },
  );

  test.each(['SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN'])(
    'stays SUCCEEDED once its entry is completed (%s)',
    async (outcome) => {
      const id = await writeEntry(store, outcome, 'SUCCEEDED');
      await expect(turn(id, 'FAILED', notReached)).rejects.toThrow(/its entry has ended/);
    },
  );
});

describe('the deletion of old entries', () => {
  const forget = (retention: string, limit = 1000) =>
    store.query<{ n: number }>(`select forget_audit_entries(interval '${retention}', ${limit}) as n`);
  const left = async (...ids: string[]) =>
    (await store.query<{ id: string }>('select id from audit_entry where id = any($1)', [ids])).map(
      ({ id }) => id,
    );

  test('removes finished entries that are old enough, their SIMs and keys, and no others', async () => {
    await forget('1 day');
    const old = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED', { at: `now() - interval '31 days'` });
    const open = await writeEntry(store, 'OPEN', 'PENDING', { at: `now() - interval '31 days'` });
    const young = await writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '29 days'` });
    expect(await forget('30 days')).toEqual([{ n: 1 }]);
    expect((await left(old, open, young)).sort()).toEqual([open, young].sort());
    expect(await store.query('select from change_sim where entry_id = $1', [old])).toEqual([]);
  });

  test('removes the oldest first and at most the given number', async () => {
    await forget('1 day');
    const ages = ['40 days', '60 days', '50 days'];
    const ids: string[] = [];
    for (const age of ages)
      ids.push(await writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '${age}'` }));
    expect(await forget('30 days', 2)).toEqual([{ n: 2 }]);
    expect(await left(...ids)).toEqual([ids[0]]);
  });

  test('removes the SIMs of an entry in parts if they exceed the given number, and then the entry', async () => {
    await forget('1 day');
    const at = `now() - interval '31 days'`;
    const many = await writeEntry(store, 'PARTIAL', 'SUCCEEDED', { at, sims: 25 });
    const open = await writeEntry(store, 'OPEN', 'SUCCEEDED', { at, sims: 25 });
    const young = await writeEntry(store, 'PARTIAL', 'SUCCEEDED', { sims: 25 });
    const sims = async (id: string) =>
      (await store.query('select from change_sim where entry_id = $1', [id])).length;
    for (const [n, rest] of [
      [10, 15],
      [10, 5],
      [5, 0],
    ]) {
      expect(await forget('30 days', 10)).toEqual([{ n }]);
      expect([await sims(many), await left(many)]).toEqual([rest, [many]]);
    }
    expect(await forget('30 days', 10)).toEqual([{ n: 1 }]);
    expect(await left(many)).toEqual([]);
    expect(await forget('30 days', 10)).toEqual([{ n: 0 }]);
    expect([await sims(open), await sims(young)]).toEqual([25, 25]);
  });

  test.each(['0 days', '23 hours', '-1 day', '-1000 years'])(
    'of entries younger than a day is refused (%s)',
    async (retention) => {
      const id = await writeEntry(store, 'FAILED', 'FAILED');
      await expect(forget(retention)).rejects.toThrow(/kept for a day/);
      expect(await left(id)).toEqual([id]);
    },
  );

  test('leaves the tables as protected as before', async () => {
    await forget('1 day');
    const id = await writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '5 years'` });
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('ignores temporary tables of the same names: it removes rows from the log and runs no code of theirs', async () => {
    await forget('1 day');
    const old = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED', { at: `now() - interval '31 days'` });
    const young = await writeEntry(store, 'FAILED', 'FAILED');
    // A separate connection, because temporary tables exist until it ends.
    const alone = new Client({ connectionString: store.url });
    await alone.connect();
    await alone
      .query(`
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
      end $$`)
      .finally(() => alone.end());
    expect(await left(old, young)).toEqual([young]);
  });
});
