import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import { plantTree, type Tree } from './tree.ts';

/** A program that says who it is, listens and writes down when it was told to stop. */
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

const PROGRAMS = {
  'package.json': '{ "type": "module" }',
  'dist/main.js': standIn('gateway', 'process.send({ listening: url });'),
  'dist/sandbox/main.js': standIn('sandbox', "console.log('Sandbox SIM API at ' + url + '/v1 (10 SIMs)');"),
};

/** The start script running in a tree of its own. */
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

  /** The match, as soon as a line has it. Errors: throws when the program ends without such a line. */
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

/** Makes the timers of a program end a thousand times as soon. */
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
  test('without a SIM API starts the sandbox, then a gateway that talks to it, and prints both addresses and a query', async () => {
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
    'on %s stops the gateway, then the sandbox, and ends with 0',
    async (signal) => {
      const run = start();
      await run.line(/Ctrl-C stops both/);
      run.child.kill(signal);
      expect(await run.exitCode()).toBe(0);
      expect(events().slice(2)).toEqual(['gateway stopping', 'sandbox stopping']);
    },
  );

  test.each([
    ['20000', 55],
    ['', 45],
  ])(
    'lets a gateway stop for as long as SHUTDOWN_GRACE_MS says (%p), and some more, then kills it and says so',
    async (grace, seconds) => {
      const run = start({ SHUTDOWN_GRACE_MS: grace, FAULT: 'deaf gateway' }, ['--import', FAST_TIMERS]);
      await run.line(/Ctrl-C stops both/);
      run.child.kill('SIGTERM');
      await run.line(new RegExp(`^The gateway did not stop within ${seconds} s and is killed\\.$`));
      expect(await run.exitCode()).toBe(0);
    },
  );

  test('goes on when what it prints finds no room on a disk', async () => {
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

  test('with some of the three settings lets the gateway say what is missing, and ends with 1', async () => {
    const run = start({ SIM_API_URL: REMOTE.SIM_API_URL, FAULT: 'gateway' });
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toContain('the gateway cannot start');
    expect(run.lines.join('\n')).not.toContain('sandbox');
  });

  test('ends with 1, says which one it was and stops the other when the gateway dies', async () => {
    const run = start();
    const [, gateway] = await run.line(/SIM Gateway +(\S+)\/graphql/);
    await fetch(`${gateway}/die`).catch(() => undefined);
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toContain('The gateway stopped by itself (exit code 3).');
    expect(events().slice(2)).toEqual(['sandbox stopping']);
  });

  test('ends with 1 and says why when the sandbox cannot start', async () => {
    const run = start({ FAULT: 'sandbox' });
    expect(await run.exitCode()).toBe(1);
    expect(run.lines).toContain('the sandbox cannot start');
    expect(run.lines).toContain('The sandbox stopped by itself (exit code 1).');
  });

  test('leaves no server behind when it is killed without a chance to stop them', async () => {
    const run = start();
    await run.line(/Ctrl-C stops both/);
    run.child.kill('SIGKILL');
    await run.closed; // the servers hold the other ends of its output: it closes when they are gone
    expect(events().slice(2).sort()).toEqual(['gateway stopping', 'sandbox stopping']);
  });
});
