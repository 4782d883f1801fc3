import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  ])('keeps its %s: the database refuses to change it', async (column, value) => {
    const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(final);
  });

  test.each(['SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN'])('is not opened again (%s)', async (outcome) => {
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

  test('is given no further SIMs', async () => {
    const id = await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
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
    await writeEntry(store, 'SUCCEEDED', 'SUCCEEDED');
    await expect(store.query(`truncate ${tables}`)).rejects.toThrow(/audit record|cannot truncate/);
    expect((await store.query('select from audit_entry')).length).toBeGreaterThan(0);
  },
);

describe('an open entry', () => {
  test.each(everyColumn)('keeps its %s from the start', async (column, value) => {
    const id = await writeEntry(store, 'OPEN', 'PENDING');
    await expect(
      store.query(`update audit_entry set ${column} = ${value} where id = $1`, [id]),
    ).rejects.toThrow(/audit record|foreign key/);
  });

  test('is not deleted', async () => {
    const id = await writeEntry(store, 'OPEN', 'PENDING');
    await expect(store.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(final);
  });

  test('is finished once, and never without the time of it', async () => {
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

describe('what became of a SIM', () => {
  const statuses = ['PENDING', 'SENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'];
  const settled = statuses.slice(2).flatMap((from) => statuses.map((to) => [from, to] as const));
  const set = (id: string, status: string) =>
    store.query('update change_sim set status = $2 where entry_id = $1', [id, status]);

  test.each(settled)(
    'is %s and does not become %s, but for UNKNOWN that succeeded after all',
    async (from, to) => {
      const id = await writeEntry(store, 'OPEN', from);
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
        const id = await writeEntry(store, 'OPEN', status);
        await expect(
          store.query(`update change_sim set ${change} where entry_id = $1`, [id]),
        ).rejects.toThrow(final);
      }
  });
});

describe('a SIM that was accepted and settled elsewhere', () => {
  const turn = (id: string, status: string, error: object | null) =>
    store.query('update change_sim set status = $2, error = $3 where entry_id = $1', [id, status, error]);
  const notReached = { code: 'STATE_NOT_REACHED', message: 'It is in another state.' };

  test('is FAILED after all while its entry is open, and stays so', async () => {
    const id = await writeEntry(store, 'OPEN', 'SUCCEEDED');
    await turn(id, 'FAILED', notReached);
    expect(await store.query('select status, error from change_sim where entry_id = $1', [id])).toEqual([
      { status: 'FAILED', error: notReached },
    ]);
    await expect(turn(id, 'SUCCEEDED', null)).rejects.toThrow(final);
    await expect(turn(id, 'FAILED', notReached)).rejects.toThrow(final);
  });

  test.each([[null], [{}], [{ code: null }], [{ code: 'TRANSITION_NOT_ALLOWED' }]])(
    'stays SUCCEEDED where its error does not say so (%j)',
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
    'stays SUCCEEDED once its entry has ended (%s)',
    async (outcome) => {
      const id = await writeEntry(store, outcome, 'SUCCEEDED');
      await expect(turn(id, 'FAILED', notReached)).rejects.toThrow(/its entry has ended/);
    },
  );
});
