import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { GatewayError } from '../../../src/errors/gateway-error.ts';
import { claimSims, recordOutcomes } from '../../../src/ledger/change-sims.store.ts';
import { failed, type Outcome, succeeded } from '../../../src/ledger/outcome.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { createStore, type TestStore } from '../../support/store.ts';
import { waitFor } from '../../support/wait-for.ts';
import { writeEntry } from '../../support/written-entries.ts';

let database: TestStore;
let store: Store;

beforeAll(async () => {
  database = await createStore();
  await database.query('create table lease (entry_id uuid primary key, token uuid unique)');
  store = await openStore(
    { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 4 },
    silentLog,
  );
});
afterAll(async () => {
  await store.stop();
  await database.remove();
});

/** Creates an open entry of two SIMs with this status, and the lease under which they may be sent. */
async function leasedEntry(status: string) {
  const id = await writeEntry(database, 'OPEN', status, { sims: 2 });
  const token = randomUUID();
  await database.query('insert into lease values ($1, $2)', [id, token]);
  const statuses = async () =>
    (
      await database.query<{ status: string }>(
        'select status from change_sim where entry_id = $1 order by position',
        [id],
      )
    ).map((row) => row.status);
  return { id, held: sql`select from lease where token = ${token}::uuid for key share`, statuses };
}

const takeLease = (id: string) =>
  sql`update lease set token = gen_random_uuid() where entry_id = ${id}::uuid`;

/** Resolves when a statement of this database waits for a lock. */
const someoneWaits = () =>
  waitFor(async () => {
    const waiting = await database.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });

/** The result of a statement that starts after another gateway has taken the lease and before that transaction commits. */
async function whileLeaseIsTaken<T>(id: string, statement: () => Promise<T>): Promise<T> {
  let waiting: Promise<T> | undefined;
  await store.transaction(async (db) => {
    await takeLease(id).execute(db);
    waiting = statement();
    await someoneWaits();
  });
  return (await waiting) as T;
}

describe('a claim of SIMs', () => {
  test('marks them as SENDING, and again before they are sent again', async () => {
    const { id, held, statuses } = await leasedEntry('PENDING');
    for (const _ of [1, 2]) expect(await store.run((db) => claimSims(db, id, [0, 1], held))).toBe(true);
    expect(await statuses()).toEqual(['SENDING', 'SENDING']);
  });

  test('waits for a gateway that takes their lease, and then claims none', async () => {
    const { id, held, statuses } = await leasedEntry('PENDING');
    const claim = () => store.run((db) => claimSims(db, id, [0, 1], held));
    expect(await whileLeaseIsTaken(id, claim)).toBe(false);
    expect(await statuses()).toEqual(['PENDING', 'PENDING']);
  });

  test('prevents their lease from being taken until the claim is committed', async () => {
    const { id, held, statuses } = await leasedEntry('PENDING');
    let seen: Promise<string[]> | undefined;
    await store.transaction(async (db) => {
      expect(await claimSims(db, id, [0], held)).toBe(true);
      seen = store.run((other) => takeLease(id).execute(other)).then(statuses);
      await someoneWaits();
    });
    expect(await seen).toEqual(['SENDING', 'PENDING']);
  });

  test('is refused if one of them has an outcome', async () => {
    const { id, held } = await leasedEntry('PENDING');
    await store.run((db) => recordOutcomes(id, [[1, succeeded]], held).execute(db));
    expect(await store.run((db) => claimSims(db, id, [0, 1], held))).toBe(false);
    expect(await store.run((db) => claimSims(db, id, [1]))).toBe(false);
  });
});

describe('outcomes', () => {
  const refused: Outcome = failed(new GatewayError('TRANSITION_NOT_ALLOWED'));
  const record = (id: string, outcomes: [number, Outcome][], held?: ReturnType<typeof sql>) =>
    store.run((db) => recordOutcomes(id, outcomes, held).execute(db));

  test('are recorded for SIMs in SENDING, each with its own outcome', async () => {
    const { id, held, statuses } = await leasedEntry('SENDING');
    await record(
      id,
      [
        [1, refused],
        [0, succeeded],
      ],
      held,
    );
    expect(await statuses()).toEqual(['SUCCEEDED', 'FAILED']);
  });

  test('wait for a gateway that takes the lease, and then change nothing', async () => {
    const { id, held, statuses } = await leasedEntry('SENDING');
    await whileLeaseIsTaken(id, () => record(id, [[0, succeeded]], held));
    expect(await statuses()).toEqual(['SENDING', 'SENDING']);
  });

  test('do not replace an outcome, except UNKNOWN by SUCCEEDED', async () => {
    const { id, statuses } = await leasedEntry('UNKNOWN');
    await record(id, [
      [0, refused],
      [1, succeeded],
    ]);
    expect(await statuses()).toEqual(['UNKNOWN', 'SUCCEEDED']);
  });
});
