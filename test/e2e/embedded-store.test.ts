import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { claimDataDir } from '../../src/store/embedded/data-dir.ts';
import { openStore, startDatabase } from '../../src/store/store.ts';
import {
  ask,
  closeLeftovers,
  folder,
  type Holder,
  hold,
  leftovers,
  processesIn,
  refusal,
} from '../support/held-store.ts';
import { silentLog } from '../support/silent-log.ts';
import { waitFor } from '../support/wait-for.ts';

// The tests run one after another on one data folder.
let dataDir: string;
let holder: Holder;
let refused: string[];

const modeOf = (path: string) => statSync(path).mode & 0o777;

beforeAll(async () => {
  dataDir = join(folder(), 'below', 'data');
  const start = () => hold(dataDir, { env: { SIM_API_PASSWORD: 'canary-in-the-environment' } });
  const both = await Promise.allSettled([start(), start()]);
  refused = both.flatMap((result) => (result.status === 'rejected' ? String(result.reason) : []));
  const [started] = both.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  if (started === undefined) throw new Error(refused.join('\n'));
  holder = started;
});
afterAll(closeLeftovers);

test('one of two gateways that start together on a new folder gets it', async () => {
  expect(refused).toEqual([expect.stringMatching(/DataDirInUse: Another gateway works in the data folder/)]);
  expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

describe('while it runs', () => {
  test('it has its own database, in a folder that only its owner may enter', async () => {
    expect(holder.url).toMatch(/^postgresql:\/\/sim_gateway:[0-9a-f]{64}@127\.0\.0\.1:\d+\/sim_gateway$/);
    expect(await ask(holder.url, 'SELECT current_database() AS name')).toEqual([{ name: 'sim_gateway' }]);
    expect(modeOf(dataDir)).toBe(0o700);
    expect(modeOf(join(dataDir, 'postgres'))).toBe(0o700);
    for (const file of ['postgres-password', 'postgres.log']) expect(modeOf(join(dataDir, file))).toBe(0o600);
  });

  test('it listens only on this machine, accepts only passwords, and uses the given settings', async () => {
    const settings = await ask<{ name: string; setting: string }>(
      holder.url,
      'SELECT name, setting FROM pg_settings',
    );
    const values = Object.fromEntries(settings.map(({ name, setting }) => [name, setting]));
    expect(values).toMatchObject({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      synchronous_commit: 'on',
      max_connections: '200',
      fsync: 'off',
    });
    const rules = await ask<{ method: string }>(
      holder.url,
      'SELECT auth_method AS method FROM pg_hba_file_rules',
    );
    expect(new Set(rules.map(({ method }) => method))).toEqual(new Set(['scram-sha-256']));
  });

  test('it never runs as root, and does not inherit the environment', () => {
    const pids = processesIn(dataDir);
    expect(pids.length).toBeGreaterThan(4);
    const owners = new Set(pids.map((pid) => statSync(`/proc/${pid}`).uid));
    const user = process.getuid?.();
    if (user === 0) expect([...owners]).not.toContain(0);
    else expect([...owners]).toEqual([user]);
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary');
  });

  test('another gateway on its folder is refused with instructions, and it keeps running', async () => {
    expect(await refusal(dataDir)).toBe(
      `DataDirInUse: Another gateway works in the data folder ${dataDir}. Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server, which several gateways can share.\n`,
    );
    expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

test('after a stop none of its processes runs', async () => {
  await ask(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await holder.stop();
  expect(holder.process.exitCode).toBe(0);
  expect(processesIn(dataDir)).toEqual([]);
});

describe('an unusable data folder', () => {
  test('the error names the cluster of another PostgreSQL, an invalid one and a lost password, and leaves them unchanged', async () => {
    const version = join(dataDir, 'postgres', 'PG_VERSION');
    const before = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    // A new file would belong to an account that PostgreSQL may not run under.
    renameSync(version, `${version}-own`);
    writeFileSync(version, '15\n');
    expect(await refusal(dataDir)).toMatch(
      /DataDirUnusable: The database in .*postgres was made by PostgreSQL 15, and this gateway comes with PostgreSQL 18.*DATABASE_URL/,
    );
    expect(readFileSync(version, 'utf8')).toBe('15\n');

    rmSync(version);
    expect(await refusal(dataDir)).toMatch(/holds no PostgreSQL database, so the gateway leaves it alone/);
    expect(existsSync(version)).toBe(false);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toBe(before);

    renameSync(`${version}-own`, version);
    const password = join(dataDir, 'postgres-password');
    renameSync(password, `${password}-lost`);
    expect(await refusal(dataDir)).toMatch(
      /The password of the database cannot be read from .*postgres-password/,
    );
    await waitFor(() => processesIn(dataDir).length === 0);
    renameSync(`${password}-lost`, password);
  });

  const sentence = (path: string, reason: string) =>
    `DataDirUnusable: The data folder ${path} cannot be used: ${reason}. DATA_DIR must be `;

  test('a file, a path below a file, and a path at which no folder can be created are refused', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(file)).toContain(sentence(file, 'it is not a folder'));
    expect(await refusal(join(file, 'data'))).toContain(sentence(join(file, 'data'), 'it is below a file'));
    if (process.platform === 'linux')
      expect(await refusal('/proc/data')).toContain(sentence('/proc/data', 'no folder can be created there'));
  });

  test('a folder with files of another program is refused and left as it is; hidden files, logs and those of a storage device do not matter', async () => {
    const path = folder();
    const expected = ['.hidden', 'output.log', '@eaDir', '#recycle', 'System Volume Information'];
    for (const name of expected) writeFileSync(join(path, name), '');
    (await claimDataDir(path, 18, silentLog)).release();
    rmSync(join(path, 'gateway.lock'));
    writeFileSync(join(path, 'letter.txt'), '');
    expect(await refusal(path)).toContain(
      sentence(path, 'it has files of another program, for example "letter.txt"'),
    );
    expect(readdirSync(path).sort()).toEqual([...expected, 'letter.txt'].sort());
  });

  test('a folder that the user may not read, and one that it may not reach, are refused', async () => {
    const path = folder();
    chmodSync(path, 0o000);
    const isRoot = process.geteuid?.() === 0;
    try {
      // The system does not check the permissions of root.
      if (isRoot) process.seteuid?.(65534);
      for (const refused of [path, join(path, 'data')])
        await expect(claimDataDir(refused, 18, silentLog)).rejects.toThrow(
          new RegExp(
            `^The data folder ${refused} cannot be used: the user of the gateway .* may not read and write it`,
          ),
        );
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(path, 0o700);
    }
  });
});

test('a later start finds the written data, and a pid file with the pid of another program does not prevent it', async () => {
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  const innocent = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
  leftovers.push(() => innocent.kill());
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${innocent.pid}\n/elsewhere\n1\n5432\n\n\n`);
  const later = await hold(dataDir);
  expect(await ask(later.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
});

/** Reads the number of connections that a database accepts, without those that PostgreSQL reserves. */
const maxConnectionsOf = async (url: string) => {
  const [row] = await ask<{ max: number }>(
    url,
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as max`,
  );
  return row?.max;
};
/** 60, half as many for lists, two for exports, and one each for the heartbeat, the fleet sync and the migrations. */
const perGateway = 60 + 30 + 2 + 3;

test('it accepts all connections that gateways with DATABASE_CONNECTIONS=60 may open', async () => {
  for (const gateways of [1, 3]) {
    const options = { dataDir: join(folder(), 'data'), maxConnections: 60 };
    const database = await startDatabase(options, gateways, silentLog);
    leftovers.push(() => database.stop());
    expect(await maxConnectionsOf(database.url)).toBeGreaterThanOrEqual(gateways * perGateway);
  }
});

test('it has room for the connections of the gateway that opens it', async () => {
  const store = await openStore(
    { dataDir: join(folder(), 'data'), url: null, migrationUrl: null, maxConnections: 60 },
    silentLog,
  );
  leftovers.push(() => store.stop());
  const { rows } = await store.run((db) =>
    sql<{ max: number }>`select current_setting('max_connections')::int as max`.execute(db),
  );
  expect(rows[0]?.max).toBeGreaterThanOrEqual(perGateway);
});
