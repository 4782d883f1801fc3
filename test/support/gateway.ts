import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { World } from './sandbox.ts';
import { countStart } from './starts.ts';
import { createStore, type TestStore } from './store.ts';
import { waitFor } from './wait-for.ts';

/** An error in an answer of the gateway. */
export interface AnsweredError {
  message: string;
  path?: (string | number)[];
  extensions: {
    code: string;
    retryable: boolean;
    requestId: string;
    argumentPath?: (string | number)[];
    iccids?: string[];
    bulkOperationId?: string;
    retryAfterSeconds?: number;
    simApi?: {
      code: string;
      description: string | null;
      httpStatus: number;
      timestamp: string | null;
      operation: string;
    };
  };
}

/** An answer of the gateway. */
export interface Answer<Data> {
  status: number;
  headers: Headers;
  data: Data;
  errors: AnsweredError[];
  extensions: { cost: { upstreamCalls: number; sharedCalls: number } };
}

/** A built gateway that runs as a child process. */
export interface RunningGateway {
  readonly url: string;
  /** Runs an operation of `schema/operations`, or a query of the test. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables?: Variables,
  ): Promise<Answer<Data>>;
  /** Runs a query of the test, which may violate the schema. */
  ask<Data = unknown>(query: string, variables?: object): Promise<Answer<Data>>;
  /** Sends any HTTP request; `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The lines logged until now, parsed from JSON. */
  logged(): Record<string, unknown>[];
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** The world whose account it uses. */
  readonly world?: World;
  /** Its database; by default a new one, removed when the gateway stops. */
  readonly store?: TestStore;
  readonly env?: Readonly<Record<string, string>>;
  /** File descriptor for its log; `logged` then returns nothing. */
  readonly stdout?: number;
  /** Receives all that it prints to stdout and stderr, also if it does not start. */
  readonly onOutput?: (text: string) => void;
}

/** Starts the built gateway on a free port. */
export async function startGateway({
  world,
  env = {},
  store,
  stdout,
  onOutput = () => undefined,
}: GatewayOptions = {}): Promise<RunningGateway> {
  const own = store === undefined && env.DATA_DIR === undefined ? await createStore() : undefined;
  const database = store ?? own;
  const account = world && {
    SIM_API_URL: world.apiUrl,
    SIM_API_USERNAME: world.username,
    SIM_API_PASSWORD: world.password,
  };
  countStart('gateway');
  const child = spawn(process.execPath, ['--enable-source-maps', ...inspectArgs(), 'dist/main.js'], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'debug',
      // Most tests count calls of the SIM API; tests that need the index of the fleet turn it on.
      FLEET_SYNC_INTERVAL_MS: '0',
      ...(process.env.TEST_EXECUTOR && { EXECUTOR: process.env.TEST_EXECUTOR }),
      ...(database && { DATABASE_URL: database.url }),
      ...account,
      // Through a relay, the gateway still uses the same account.
      ...(world && env.SIM_API_URL !== undefined && { ADOPT_ACCOUNT: accountOf(world) }),
      ...env,
    },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe', 'ipc'],
  });
  if ((child.stdout === null && stdout === undefined) || child.stderr === null)
    throw new Error('its output must be piped');
  // The output may end after the process has exited.
  const closed = once(child, 'close');
  const log: Record<string, unknown>[] = [];
  const faults: string[] = [];
  if (child.stdout !== null) {
    child.stdout.on('data', (chunk) => onOutput(String(chunk)));
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) log.push(JSON.parse(line));
    });
  }
  child.stderr.on('data', (chunk) => {
    faults.push(String(chunk));
    onOutput(String(chunk));
  });
  if (inspectArgs().length > 0) child.stderr.pipe(process.stderr);
  const url = await listening(child, faults).catch(async (error: unknown) => {
    await own?.remove();
    throw error;
  });
  // Tests must not count the first login.
  if (world !== undefined) await waitFor(() => log.some(({ msg }) => String(msg).startsWith('SIM API:')));

  const request = (path: string, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    // Each request uses a new connection: the gateway might be closing a reused one. The answer to a large body may arrive while
    // the body is sent, which needs the connection to stay open.
    if (typeof init?.body !== 'string' || init.body.length < 100_000) headers.set('connection', 'close');
    return fetch(url + path, { ...init, headers });
  };
  const ask = async <Data>(query: string, variables?: object): Promise<Answer<Data>> => {
    const response = await request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as Omit<Answer<Data>, 'status' | 'headers'>;
    return { ...answer, errors: answer.errors ?? [], status: response.status, headers: response.headers };
  };
  return {
    url,
    process: child,
    fetch: request,
    logged: () => [...log],
    ask,
    run: (document, variables) => ask(print(document), variables as object),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
      }
      await closed;
      await own?.remove();
    },
  };
}

/** The gateway's id of an account that it reaches without a relay. */
export function accountOf({ apiUrl, username }: Pick<World, 'apiUrl' | 'username'>): string {
  return createHash('sha256').update(`${apiUrl}\n${username}`).digest('hex');
}

/** With TEST_INSPECT, each gateway waits for a debugger on that port before its first line; 0 picks a free port and prints it. */
function inspectArgs(): string[] {
  const port = process.env.TEST_INSPECT;
  return port === undefined ? [] : [`--inspect-brk=127.0.0.1:${port}`];
}

async function listening(child: ChildProcess, faults: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { listening: string }) => resolve(message.listening));
    child.once('exit', (code) =>
      reject(new Error(`The gateway ended with code ${code} before it listened:\n${faults.join('')}`)),
    );
  });
}
