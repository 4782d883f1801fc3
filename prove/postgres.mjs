import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseAccount } from '../dist/store/embedded/account.js';
import { findBinaries, runnableBinaries } from '../dist/store/embedded/binaries.js';
import { freePort, temporaryFolder } from './programs.mjs';

/** Creates a PostgreSQL server for a proof that can be stopped and started on the same port; durable, with default settings. */
export async function createServerOfOurs() {
  const folder = temporaryFolder();
  const account = databaseAccount({ uid: process.getuid(), gid: process.getgid() });
  const cluster = join(folder.path, 'cluster');
  mkdirSync(cluster, { mode: 0o700 });
  if (account) for (const path of [folder.path, cluster]) chownSync(path, account.uid, account.gid);
  let copy;
  const native = runnableBinaries(findBinaries(), account, (path) => {
    copy = path;
  });
  const port = await freePort();
  const options = { ...account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  const log = join(folder.path, 'log');

  const isLeft = () => existsSync(join(cluster, 'postmaster.pid'));
  async function run(program, ...args) {
    const child = spawn(join(native, 'bin', program), args, {
      ...options,
      stdio: ['ignore', 'ignore', openSync(log, 'a')],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0)
      throw new Error(`${program} ended with ${code}: ${readFileSync(log, 'utf8').slice(-500)}`);
  }
  const start = () =>
    run(
      'pg_ctl',
      '-D',
      cluster,
      '-w',
      '-l',
      join(cluster, 'server.log'),
      '-o',
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`,
      'start',
    );
  /** `mode` is `fast` or `immediate`. */
  const stop = (mode) => run('pg_ctl', '-D', cluster, '-w', '-m', mode, 'stop');
  await run('initdb', '-D', cluster, '-U', 'proof', '--auth=trust', '--no-locale', '-E', 'UTF8');
  await start();
  return {
    url: `postgresql://proof@127.0.0.1:${port}/postgres`,
    version: spawnSync(join(native, 'bin', 'postgres'), ['--version'], options)
      .stdout.toString()
      .trim(),
    /** The postmaster pid while the server runs. */
    pid: () => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]),
    start,
    stop,
    async remove() {
      if (isLeft()) await stop('immediate');
      folder.remove();
      if (copy) rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** Memory of all PostgreSQL processes below a process in MB of 1,000,000 bytes; shared pages are divided among their processes (PSS). */
export function postgresMemory(pid) {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map();
  for (const name of processes) {
    try {
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'));
      parents.set(name, { command, parent });
    } catch {
      // The process has ended.
    }
  }
  const isBelow = (name) => name === String(pid) || (parents.has(name) && isBelow(parents.get(name).parent));
  const found = processes.filter((name) => parents.get(name)?.command === 'postgres' && isBelow(name));
  const kilobytes = found.map((name) => {
    try {
      return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // The process has ended meanwhile.
      return 0;
    }
  });
  const sum = kilobytes.reduce((one, other) => one + other, 0);
  return { processes: found.length, megabytes: Math.round((sum * 1024) / 1e6) };
}
