import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestStore } from '../support/store.ts';
import { createTables, writeEntry } from '../support/written-entries.ts';

let store: TestStore;

beforeAll(async () => {
  store = await createTables();
});
afterAll(() => store.remove());

const final = /is an audit record/;

describe('forgetting', () => {
  const forget = (keep: string, most = 1000) =>
    store.query<{ n: number }>(`select forget_audit_entries(interval '${keep}', ${most}) as n`);
  const left = async (...ids: string[]) =>
    (await store.query<{ id: string }>('select id from audit_entry where id = any($1)', [ids])).map(
      ({ id }) => id,
    );

  test('takes finished entries that are old enough, their SIMs and keys, and no others', async () => {
    await forget('1 day');
    const old = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED', { at: `now() - interval '31 days'` });
    const open = await writeEntry(store, 'OPEN', 'PENDING', { at: `now() - interval '31 days'` });
    const young = await writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '29 days'` });
    expect(await forget('30 days')).toEqual([{ n: 1 }]);
    expect((await left(old, open, young)).sort()).toEqual([open, young].sort());
    expect(await store.query('select from change_sim where entry_id = $1', [old])).toEqual([]);
  });

  test('takes the oldest first and no more than it is told', async () => {
    await forget('1 day');
    const ages = ['40 days', '60 days', '50 days'];
    const ids = await Promise.all(
      ages.map((age) => writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '${age}'` })),
    );
    expect(await forget('30 days', 2)).toEqual([{ n: 2 }]);
    expect(await left(...ids)).toEqual([ids[0]]);
  });

  test('takes the SIMs of an entry with more of them than it is told by parts, and then the entry', async () => {
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
    'of what is younger than a day is refused (%s)',
    async (keep) => {
      const id = await writeEntry(store, 'FAILED', 'FAILED');
      await expect(forget(keep)).rejects.toThrow(/kept for a day/);
      expect(await left(id)).toEqual([id]);
    },
  );

  test('leaves the tables as closed as they were', async () => {
    await forget('1 day');
    const id = await writeEntry(store, 'FAILED', 'FAILED', { at: `now() - interval '5 years'` });
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('is not led astray by temporary tables of the same names: it forgets what is in the log, and runs nothing of theirs', async () => {
    await forget('1 day');
    const old = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED', { at: `now() - interval '31 days'` });
    const young = await writeEntry(store, 'FAILED', 'FAILED');
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
