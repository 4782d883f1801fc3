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

/** An error as the gateway answers it. */
export interface AnsweredError {
  message: string;
  path?: (string | number)[];
  extensions: {
    code: string;
    retryable: boolean;
    requestId: string;
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
  extensions: { cost: { upstreamCalls: number } };
}

/** A built gateway, running as a process of its own. */
export interface RunningGateway {
  readonly url: string;
  /** Runs one of `schema/operations`, or a query of the test's own. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables?: Variables,
  ): Promise<Answer<Data>>;
  /** Runs a query of the test's own, which may break the rules of the schema. */
  ask<Data = unknown>(query: string, variables?: object): Promise<Answer<Data>>;
  /** Any HTTP request; the path begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** What it has logged so far, a JSON object for each line. */
  logged(): Record<string, unknown>[];
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** What to start a gateway with. */
export interface GatewayOptions {
  /** The world whose account it works on. */
  readonly world?: World;
  /** Where it keeps what it remembers; one of its own, removed when it stops, where none is given. */
  readonly store?: TestStore;
  readonly env?: Readonly<Record<string, string>>;
  /** A descriptor that it logs to; then `logged` gives nothing. */
  readonly stdout?: number;
}

/** Starts the built gateway on a free port. */
export async function startGateway({
  world,
  env = {},
  store,
  stdout,
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
      // Most tests count calls of the SIM API: those that need the index of the fleet say so.
      FLEET_SYNC_INTERVAL_MS: '0',
      ...(database && { DATABASE_URL: database.url }),
      ...account,
      // By a relay it is the same account.
      ...(world && env.SIM_API_URL !== undefined && { ADOPT_ACCOUNT: accountOf(world) }),
      ...env,
    },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe', 'ipc'],
  });
  if ((child.stdout === null && stdout === undefined) || child.stderr === null)
    throw new Error('its output must be piped');
  // Its output comes to its end after the process has.
  const closed = once(child, 'close');
  const log: Record<string, unknown>[] = [];
  const faults: string[] = [];
  if (child.stdout !== null)
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) log.push(JSON.parse(line));
    });
  child.stderr.on('data', (chunk) => faults.push(String(chunk)));
  if (inspectArgs().length > 0) child.stderr.pipe(process.stderr);
  const url = await listening(child, faults).catch(async (error: unknown) => {
    await own?.remove();
    throw error;
  });
  // The first login must not be counted among the calls of a test.
  if (world !== undefined) await waitFor(() => log.some(({ msg }) => String(msg).startsWith('SIM API:')));

  const request = (path: string, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    // A connection of its own for each request: one that is used again may be closed by the gateway at that moment. A large body
    // may be answered while it is sent, and the connection has to stay for that.
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

/** What the gateway calls an account that it reaches without a relay. */
export function accountOf({ apiUrl, username }: Pick<World, 'apiUrl' | 'username'>): string {
  return createHash('sha256').update(`${apiUrl}\n${username}`).digest('hex');
}

/** With TEST_INSPECT each gateway waits for a debugger before its first line, on that port; 0 picks a free one and prints it. */
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
