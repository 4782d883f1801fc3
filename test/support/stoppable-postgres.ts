import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, type QueryResultRow } from 'pg';
import { type DatabaseRelay, startDatabaseRelay } from './database-relay.ts';
import { countStart } from './starts.ts';

/** A PostgreSQL server for one test that can stop and start again under one address. */
export interface StoppablePostgres {
  /** DATABASE_URL for a gateway; it names a relay that stays when the server stops. */
  readonly url: string;
  /** Runs SQL while the server runs. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Stops the server as an administrator would. */
  stop(): Promise<void>;
  /** Starts it on the same data; its port behind the relay may change. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a server on an empty folder. */
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
    // Its stdin stays open until this process ends.
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
