import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { plantTree, type Tree } from './tree.ts';

/** A fake program that listens, and records its start and SIGTERM in the file `events`. */
const standIn = (name: string, listening: string) => `import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

if (process.env.FAULT === '${name}') {
  process.stderr.write('the ${name} cannot start\\n');
  process.exit(1);
}
const server = createServer((request, response) => (request.url === '/die' ? process.exit(3) : response.end()));
server.listen(0, '127.0.0.1', () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  appendFileSync('events', '${name} ' + process.pid + ' ' + (process.env.SIM_API_URL ?? 'none') + '\\n');
  ${listening}
});
process.on('SIGTERM', () => {
  if (process.env.FAULT === 'deaf ${name}') return;
  appendFileSync('events', '${name} stopping\\n');
  server.close();
});
`;

/** A module that is the built one of the clone. */
const ofClone = (file: string) => `export * from '${pathToFileURL(resolve(file)).href}';\n`;

const PROGRAMS = {
  'package.json': '{ "type": "module", "engines": { "node": ">=20.0.0" } }',
  'dist/config.js': ofClone('dist/config.js'),
  'dist/sandbox/settings.js': ofClone('dist/sandbox/settings.js'),
  'dist/main.js': standIn(
    'gateway',
    "process.send({ listening: url, isDatabaseAway: process.env.FAULT === 'database' });",
  ),
  'dist/sandbox/main.js': standIn('sandbox', "console.log('Sandbox SIM API at ' + url + '/v1 (10 SIMs)');"),
};

/** The start script running in a temporary tree. */
class Started {
  readonly lines: string[] = [];
  readonly closed: Promise<unknown[]>;
  #onLine = () => {};
  #isClosed = false;

  constructor(readonly child: ChildProcess) {
    this.closed = once(child, 'close').finally(() => {
      this.#isClosed = true;
      this.#onLine();
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#add(line));
    }
  }

  #add(line: string) {
    this.lines.push(line);
    this.#onLine();
  }

  /** Waits for a line that matches. Errors: throws if the program ends without such a line. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = this.lines.map((line) => pattern.exec(line)).find((found) => found !== null);
      if (match) return match;
      if (this.#isClosed) throw new Error(`no line has ${pattern}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this.closed;
    return code;
  }
}

let tree: Tree;
let started: Started;

/** A module that makes the timers of a program 1000 times faster. */
const FAST_TIMERS = `data:text/javascript,${encodeURIComponent(
  'const wait = setTimeout; globalThis.setTimeout = (work, ms, ...rest) => wait(work, ms / 1000, ...rest);',
)}`;

function start(
  env: Record<string, string> = {},
  nodeArgs: readonly string[] = [],
  stdout: number | 'pipe' = 'pipe',
): Started {
  tree = plantTree(PROGRAMS, ['scripts']);
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SIM_API_')),
  );
  const child = spawn(process.execPath, [...nodeArgs, join(tree.folder, 'scripts', 'start.mjs')], {
    cwd: tree.folder,
    env: { ...own, ...env },
    stdio: ['ignore', stdout, 'pipe'],
  });
  started = new Started(child);
  return started;
}

afterEach(async () => {
  started.child.kill('SIGKILL');
  await started.closed;
  tree.remove();
});

const events = () => tree.read('events').trimEnd().split('\n');

const REMOTE = { SIM_API_URL: 'http://127.0.0.1:9/v1', SIM_API_USERNAME: 'me', SIM_API_PASSWORD: 'secret' };

describe('npm start', () => {
  test('without a SIM API starts the sandbox, then a gateway for it, and prints both addresses and a query', async () => {
    const run = start();
    const [, gateway] = await run.line(/SIM Gateway +(\S+)\/graphql/);
    const [, sandbox] = await run.line(/Sandbox +(\S+)/);
    await run.line(/Ctrl-C stops both/);
    expect(run.lines.join('\n')).toContain(`curl ${gateway}/graphql -H 'content-type: application/json'`);
    expect(events()).toEqual([
      expect.stringMatching(/^sandbox \d+ none$/),
      expect.stringMatching(`^gateway \\d+ ${sandbox}$`),
    ]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s stops the gateway, then the sandbox, and exits with 0',
    async (signal) => {
      const run = start();
      await run.line(/Ctrl-C stops both/);
      run.child.kill(signal);
      expect(await run.exitCode()).toBe(0);
      expect(events().slice(2)).toEqual(['gateway stopping', 'sandbox stopping']);
    },
  );

  test.each([
    ['20000', 60],
    ['', 50],
  ])(
    'waits somewhat longer than SHUTDOWN_GRACE_MS (%p) for the gateway to stop, then kills it and reports that',
    async (grace, seconds) => {
      const run = start({ SHUTDOWN_GRACE_MS: grace, FAULT: 'deaf gateway' }, ['--import', FAST_TIMERS]);
      await run.line(/Ctrl-C stops both/);
      run.child.kill('SIGTERM');
      await run.line(new RegExp(`^The gateway did not stop within ${seconds} s: killing it\\.$`));
      expect(await run.exitCode()).toBe(0);
    },
  );

  test('continues if its output cannot be written because the disk is full', async () => {
    const full = openSync('/dev/full', 'w');
    const run = start({}, [], full);
    closeSync(full);
    await waitFor(() => existsSync(join(tree.folder, 'events')) && events().length === 2);
    run.child.kill('SIGTERM');
    expect(await run.exitCode()).toBe(0);
    expect(events().slice(2)).toEqual(['gateway stopping', 'sandbox stopping']);
  });

  test('with all three settings of a SIM API starts no sandbox', async () => {
    const run = start(REMOTE);
    await run.line(/Ctrl-C stops it/);
    expect(events()).toEqual([expect.stringMatching(`^gateway \\d+ ${REMOTE.SIM_API_URL}$`)]);
    expect(run.lines.join('\n')).not.toContain(REMOTE.SIM_API_PASSWORD);
  });

  test('with some of the three settings reports what is missing, starts nothing and exits with 1', async () => {
    const run = start({ SIM_API_URL: REMOTE.SIM_API_URL, SANDBOX_PORT: 'x' });
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toEqual([
      'These settings cannot be used:',
      expect.stringMatching('SIM_API_USERNAME is missing'),
      expect.stringMatching('SIM_API_PASSWORD is missing'),
    ]);
    expect(existsSync(join(tree.folder, 'events'))).toBe(false);
  });

  test('lists the faults in the settings of the gateway and of the sandbox together, starts nothing and exits with 1', async () => {
    const run = start({ SANDBOX_PORT: 'x', PORT: 'y', LOG_LEVEL: 'z', SIM_API_USER: 'a', SANDBOX_SIM: '10' });
    expect(await run.exitCode()).toBe(1);
    expect(run.lines[0]).toBe('These settings cannot be used:');
    expect(run.lines.slice(1).map((line) => line.split(' ')[3])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'SIM_API_USER',
      'SANDBOX_PORT',
      'SANDBOX_SIM',
    ]);
    expect(existsSync(join(tree.folder, 'events'))).toBe(false);
  });

  test('reports a database that does not answer, and what works until it does', async () => {
    const run = start({ DATABASE_URL: 'postgresql://me:secret@127.0.0.1:9/db', FAULT: 'database' });
    await run.line(/Ctrl-C stops both/);
    expect(run.lines.join('\n')).toMatch(
      /DATABASE_URL: it cannot be reached.*Until it answers, SIMs can be read/s,
    );
    expect(run.lines.join('\n')).not.toContain('secret');
  });

  test('stops the sandbox if the gateway exits, names the gateway, and exits with 1', async () => {
    const run = start();
    const [, gateway] = await run.line(/SIM Gateway +(\S+)\/graphql/);
    await fetch(`${gateway}/die`).catch(() => undefined);
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toContain('The gateway stopped by itself (exit code 3).');
    expect(events().slice(2)).toEqual(['sandbox stopping']);
  });

  test('reports the reason if the sandbox cannot start, and exits with 1', async () => {
    const run = start({ FAULT: 'sandbox' });
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toContain('the sandbox cannot start');
    expect(run.lines).toContain('The sandbox stopped by itself (exit code 1).');
  });

  test('leaves no server running when it is killed with SIGKILL', async () => {
    const run = start();
    await run.line(/Ctrl-C stops both/);
    run.child.kill('SIGKILL');
    await run.closed; // the servers share its output streams, which close when they have exited
    expect(events().slice(2).sort()).toEqual(['gateway stopping', 'sandbox stopping']);
  });
});
