import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type ApiKeyStore, createApiKeyStore } from '../../../src/auth/api-key.store.ts';
import { createApiKey } from '../../../src/auth/api-key-format.ts';
import { type BulkStore, createBulkStore } from '../../../src/bulk/operations.store.ts';
import { openPool, typedSql } from '../../../src/store/connect.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { createStore, type TestStore } from '../../support/store.ts';
import { waitFor } from '../../support/wait-for.ts';

const tenant = 'default';
let database: TestStore;
let store: Store;
let keys: ApiKeyStore;
let bulk: BulkStore;
let account: string;
const owner = randomUUID();

beforeAll(async () => {
  database = await createStore();
  store = await openStore(
    { dataDir: '', url: database.url, migrationUrl: null, maxConnections: 4 },
    silentLog,
  );
});
beforeEach(() => {
  account = randomUUID();
  keys = createApiKeyStore(store, account);
  bulk = createBulkStore(store, owner, account, keys.requireUnrevoked);
});
afterAll(async () => {
  await store.stop();
  await database.remove();
});

async function create(name: string) {
  const { id, hash } = createApiKey();
  return keys.create({ id, hash, name, scopes: ['READ'], groups: null, expiresAt: null });
}

/** Starts a bulk operation of an actor, with its open audit entry. */
async function begin(actor: string): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into audit_entry (id, account, tenant, actor, action, arguments, request_id, owner, lease_until)
     values ($1, $2, $3, $4, 'START_BULK_OPERATION', '{}', 'request', $5, now() + interval '1 minute')`,
    [id, account, tenant, actor, owner],
  );
  const entry = { id, tenant, actor, action: 'START_BULK_OPERATION', arguments: {}, requestId: 'request' };
  const operation = {
    entry,
    action: 'RESET',
    change: {},
    waitsUntilSettled: false,
    expectedCount: null,
    onlyGroups: null,
  };
  await bulk.begin(operation, { refs: ['8937204016076059646'], chunkSize: 1, isCountedFirst: false });
  return id;
}

/** Resolves when a statement of this database waits for a lock. */
const someoneWaits = () =>
  waitFor(async () => {
    const waiting = await database.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });

describe('a bulk operation', () => {
  test('of a key is started and found until it is cancelled, and no operation of another actor is', async () => {
    await create('a');
    await create('aa');
    const id = await begin('key:a');
    await begin('key:aa');
    await begin('anonymous');
    expect(await bulk.unfinishedOf(tenant, 'key:a')).toEqual([id]);
    expect(await bulk.unfinishedOf('another', 'key:a')).toEqual([]);
    await bulk.cancel(tenant, id);
    expect(await bulk.unfinishedOf(tenant, 'key:a')).toEqual([]);
  });

  test('of a revoked or unknown key is not started', async () => {
    await create('a');
    await keys.revoke('a');
    for (const actor of ['key:a', 'key:unknown'])
      await expect(begin(actor)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await bulk.unfinishedOf(tenant, 'key:a')).toEqual([]);
  });

  test('that is started during a revocation is not started once the key is revoked', async () => {
    const row = await create('a');
    let started: Promise<unknown> | undefined;
    await store.transaction(async (db) => {
      await sql`update api_key set revoked_at = clock_timestamp() where id = ${row?.id}`.execute(db);
      started = begin('key:a').catch((error: unknown) => error);
      await someoneWaits();
    });
    expect(await started).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await bulk.unfinishedOf(tenant, 'key:a')).toEqual([]);
  });

  test('that is being started holds back the revocation, so that the revocation finds and cancels it', async () => {
    await create('a');
    let revoked: Promise<unknown> | undefined;
    await store.transaction(async (db) => {
      await keys.requireUnrevoked(db, 'key:a');
      revoked = keys.revoke('a');
      await someoneWaits();
    });
    expect(await revoked).toBeInstanceOf(Date);
  });
});

describe('the rows of API keys', () => {
  test('have each name once, for ever, also if several gateways create it together', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => create('a')));
    expect(made.filter((row) => row !== null)).toHaveLength(1);
    await keys.revoke('a');
    expect(await create('a')).toBeNull();
  });

  test('are found, listed, used, rotated and revoked by their own account only', async () => {
    const { id } = (await create('a')) ?? { id: '' };
    const foreign = createApiKeyStore(store, randomUUID());
    expect(await foreign.find([id])).toEqual([]);
    expect(await foreign.list()).toEqual([]);
    expect(await foreign.revoke('a')).toBeNull();
    await expect(foreign.rotate('a', createApiKey, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await foreign.markUsed(id);
    await expect(store.transaction((db) => foreign.requireUnrevoked(db, 'key:a'))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await keys.find([id, 'unknown'])).toMatchObject([
      { id, name: 'a', revokedAt: null, lastUsedAt: null },
    ]);
  });

  test('keep the time of the first revocation', async () => {
    await create('a');
    const first = await keys.revoke('a');
    expect(await keys.revoke('a')).toEqual(first);
  });
});

test('the role of a gateway that does not own the tables may read, insert and update them, and not delete', async () => {
  const role = `gateway_${randomUUID().replaceAll('-', '')}`;
  const db = typedSql(openPool(database.url, 1, silentLog));
  await database.query(`create role ${role}`);
  try {
    await migrate(db, role);
    const [row] = await database.query<Record<string, boolean>>(
      `select has_table_privilege($1, 'api_key', 'select') and has_table_privilege($1, 'api_key', 'insert')
           and has_table_privilege($1, 'api_key', 'update') as "hasAll",
         has_table_privilege($1, 'api_key', 'delete') as "mayDelete"`,
      [role],
    );
    expect(row).toEqual({ hasAll: true, mayDelete: false });
  } finally {
    await db.destroy();
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
  }
});
