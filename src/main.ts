import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { systemClock } from './base/clock.ts';
import { createLog, type Log } from './base/log.ts';
import { createLogDestination, type LogDestination } from './base/log-destination.ts';
import { StopStack } from './base/stop-stack.ts';
import { within } from './base/within.ts';
import { createBulk, createBulkStore } from './bulk/index.ts';
import { createFindEffect } from './changes/index.ts';
import { type Config, ConfigError, oldSettings, readConfig } from './config.ts';
import { createFleetIndex, createResolveFilter } from './fleet-index/index.ts';
import { startGateway } from './gateway/index.ts';
import { createAuditStore, createLedger, createLedgerStore, startRetention } from './ledger/index.ts';
import { createSimApiClient } from './sim-api/index.ts';
import { createTokenRows, openAccount, openStore, StoreError } from './store/index.ts';

/** Delay after the last stop step before the process exits, even if handles are still open. */
const exitDelayMs = 500;

/** Time to record the outcomes of interrupted changes. */
const flushTimeoutMs = 1500;

const standardOutput = 1;

/** Tenant and actor of every request: callers do not authenticate yet. */
const anonymous = { tenant: 'default', actor: 'anonymous' };

/** The build writes the GraphiQL page next to this program. */
const graphiqlDir = fileURLToPath(new URL('graphiql', import.meta.url));

/**
 * Creates the modules, lowest first, and starts them. Pushes a stop step for each of them on `stops`, which defines the order of the
 * shutdown. Returns the URL of the gateway.
 */
async function start(config: Config, log: Log, stops: StopStack): Promise<string> {
  const { account } = config.simApi;
  const { leaseMs } = config.store;
  const { tenant } = anonymous;
  const owner = randomUUID();

  const store = await openStore(
    { ...config.store, onReady: (db) => openAccount(db, account, config.store.adoptAccount, log) },
    log,
  );
  stops.push(() => store.stop());

  // The embedded database has no other gateway to share a token with, so no token is written to disk.
  const tokenRows = store.isExclusive ? null : createTokenRows(store, account);
  const upstream = createSimApiClient(config.simApi, systemClock, log, tokenRows);
  const fleet = createFleetIndex({ ...config.fleet, tenant, account, leaseMs }, store, upstream, log);
  const { client, writeBuffer: updates } = fleet;
  const ledgerStore = createLedgerStore(store, owner, account, leaseMs);
  const ledger = createLedger(ledgerStore, leaseMs, createFindEffect(client), log);
  const audit = createAuditStore(store, account);
  const bulk = createBulk({ ...config.bulk, account, owner, leaseMs, updates }, store, client, log);

  // Releases unfinished work for other gateways or the next start; only the store stops later. A silent database must not block the exit.
  stops.push(() =>
    within(
      flushTimeoutMs,
      Promise.all([
        Promise.all([bulk.releaseAll(), ledger.stop()]).catch((error: Error) =>
          log.error({ detail: error.message }, 'changes are left open'),
        ),
        fleet.stop(),
      ]),
      undefined,
    ),
  );
  stops.push(() => updates.flush());
  // Stopping the client interrupted running changes: record their outcomes.
  stops.push(() => within(flushTimeoutMs, Promise.all([ledger.idle(), bulk.stop()]), undefined));
  stops.push(() => client.stop());
  // A change continues after its client has disconnected. A bulk operation stops; another gateway or the next start resumes it.
  stops.pushDrain(() => ledger.idle());
  stops.pushDrain(() => bulk.stop());
  stops.pushDrain(() => {
    fleet.stop().catch(() => undefined);
  });

  await ledger.start(store.isExclusive);
  await fleet.start();
  const gateway = await startGateway(
    { ...config, graphiqlDir, caller: anonymous },
    {
      clock: systemClock,
      client,
      ledger,
      audit,
      fleet: fleet.index,
      actions: {
        changes: { maxExtraCalls: config.limits.maxExtraCalls, updates },
        bulk: createBulkStore(store, owner, account),
        notifyBulk: () => bulk.notify(),
        resolveFilter: createResolveFilter(fleet.index),
      },
    },
    log,
  );
  stops.push(() => gateway.close());
  stops.pushDrain(() => gateway.drain());

  await bulk.start();
  const retention = startRetention(audit, config.store.auditRetentionDays, log);
  stops.push(() => retention.stop());
  log.info({ url: gateway.url }, 'gateway listens');
  client.logIn().then(
    () => log.info({}, 'SIM API: logged in'),
    (error: Error) =>
      log.warn({ detail: error.message }, 'SIM API: not logged in, will try again with each request'),
  );
  return gateway.url;
}

/** Starts the gateway, prints its URL, and stops it on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig();
  const output = createLogDestination(standardOutput);
  const log = createLog(config.logLevel, output);
  for (const { name, currentName } of oldSettings())
    log.warn({ name, currentName }, 'a setting has a new name; the old one is read through 0.2.x');
  const stops = new StopStack();
  const url = await start(config, log, stops).catch(async (error: unknown) => {
    await stops.stop(0).catch(() => undefined);
    throw error;
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    stops
      .stop(config.shutdownGraceMs)
      .then(
        () => log.info({}, 'gateway stopped'),
        (error: Error) => {
          log.error({ stack: error.stack }, 'gateway stopped with an error');
          process.exitCode = 1;
        },
      )
      // A connection whose peer does not answer would keep the process alive forever.
      .finally(() => setTimeout(() => exit(output), exitDelayMs).unref());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  // Sends the URL to a parent process, or prints it for a user. This comes last, because both may stop the gateway at once.
  if (process.send !== undefined) process.send({ listening: url });
  else output.write(`SIM Gateway at ${url}/graphql\n`);
}

/** Ends the process even if handles are still open. */
function exit(output: LogDestination): void {
  if (output.isWriting()) process.kill(process.pid, 'SIGKILL');
  process.exit();
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (!(error instanceof Error)) return 'The gateway could not start.';
  if ('code' in error && error.code === 'EADDRINUSE')
    return `The gateway could not start: another program listens there already (${error.message}). Set PORT to a free one, or to 0.`;
  return `The gateway could not start: ${error.stack}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
});
