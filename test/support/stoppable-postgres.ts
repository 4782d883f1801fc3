import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, type QueryResultRow } from 'pg';
import { type DatabaseRelay, startDatabaseRelay } from './database-relay.ts';
import { countStart } from './starts.ts';

/** A PostgreSQL of the test's own, which goes away and comes back under one address. */
export interface StoppablePostgres {
  /** What a gateway takes as DATABASE_URL; the relay before it stays when the server goes. */
  readonly url: string;
  /** Runs SQL, while the server runs. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Stops the server as an administrator would. */
  stop(): Promise<void>;
  /** Starts it on the same data; the port behind the relay may be another. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts one on an empty folder. */
export async function startStoppablePostgres(): Promise<StoppablePostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'sim-gateway-stoppable-'));
  let server = await startServer(folder);
  const relay: DatabaseRelay = await startDatabaseRelay(server.url);

  const stop = async () => {
    const { child } = server;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return {
    url: relay.by(server.url),
    stop,
    async query<Row extends QueryResultRow>(sql: string, values?: unknown[]) {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      try {
        return (await client.query<Row>(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    async start() {
      server = await startServer(folder);
      relay.moveTo(server.url);
    },
    async remove() {
      await relay.stop();
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(folder: string): Promise<{ child: ChildProcess; url: string }> {
  countStart('database');
  const child = spawn(process.execPath, ['test/support/postgres.mjs', folder], {
    // Its input stays open for as long as this process lives.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]): string[] => {
      throw new Error(`PostgreSQL ended with code ${code} before it was ready`);
    }),
  ]);
  return { child, url: (JSON.parse(String(line)) as { url: string }).url };
}
