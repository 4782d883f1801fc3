import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  createApiKeyStore,
  createApiKeyVerifier,
  createAuthenticate,
  createJwtVerifier,
  type Verifier,
} from './auth/index.ts';
import { systemClock } from './base/clock.ts';
import { collectWhenIdle } from './base/idle-collection.ts';
import type { Log } from './base/log.ts';
import type { StopStack } from './base/stop-stack.ts';
import { within } from './base/within.ts';
import { createBulk, createBulkStore } from './bulk/index.ts';
import { createFindEffect } from './changes/index.ts';
import type { Config } from './config.ts';
import { createFleetIndex, createResolveFilter } from './fleet-index/index.ts';
import { startGateway } from './gateway/index.ts';
import { createAuditStore, createLedger, createLedgerStore, startRetention } from './ledger/index.ts';
import { createSimApiClient } from './sim-api/index.ts';
import { createTokenRows, openAccount, openAdminToken, openStore } from './store/index.ts';
import type { Listening } from './workers.ts';

/** Time to record the outcomes of interrupted changes. */
const flushTimeoutMs = 1500;

/** Name of the one SIM API account of this gateway. */
const tenant = 'default';

/** The build writes the GraphiQL page next to the program. */
const graphiqlDir = fileURLToPath(new URL('graphiql', import.meta.url));

/**
 * Creates the modules, lowest first, and starts them. Pushes a stop step for each of them on `stops`, which defines the order of the
 * shutdown.
 */
export async function startModules(config: Config, log: Log, stops: StopStack): Promise<Listening> {
  const { account } = config.simApi;
  const { leaseMs } = config.store;
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

  const { methods, jwt } = config.auth;
  const keys = createApiKeyStore(store, account);
  const hasKeys = methods.includes('apikey');
  const verifiers: Verifier[] = [];
  if (hasKeys) verifiers.push(createApiKeyVerifier(keys, systemClock, log));
  if (jwt !== null) verifiers.push(createJwtVerifier(jwt, systemClock, log));
  const authenticate = createAuthenticate(methods.length === 0 ? null : verifiers);
  const isTokenOurs = hasKeys && store.isExclusive && config.auth.adminToken === null;
  const adminToken = isTokenOurs ? openAdminToken(config.store.dataDir, log) : config.auth.adminToken;

  await ledger.start(store.isExclusive);
  await fleet.start();
  const gateway = await startGateway(
    { ...config, graphiqlDir, authenticate, apiKeys: hasKeys ? { adminToken, keys } : null },
    {
      clock: systemClock,
      client,
      ledger,
      audit,
      fleet: fleet.index,
      tenant,
      isSandbox: config.simApi.isSandbox,
      maxUpstreamCalls: config.limits.maxUpstreamCalls,
      actions: {
        changes: { maxExtraCalls: config.limits.maxExtraCalls, updates },
        // A key that is revoked while it starts an operation does not start it.
        bulk: createBulkStore(store, owner, account, keys.requireUnrevoked),
        apiKeys: keys,
        notifyBulk: () => bulk.notify(),
        resolveFilter: createResolveFilter(fleet.index, systemClock),
      },
    },
    log,
  );
  stops.push(() => gateway.close());
  stops.pushDrain(() => gateway.drain());

  await bulk.start();
  const retention = startRetention(audit, config.store.auditRetentionDays, log);
  stops.push(() => retention.stop());
  const idleCollection = collectWhenIdle();
  stops.push(async () => idleCollection.stop());
  log.info({ url: gateway.url }, 'gateway listens');
  client.logIn().then(
    () => log.info({}, 'SIM API: logged in'),
    (error: Error) =>
      log.warn({ detail: error.message }, 'SIM API: not logged in, will try again with each request'),
  );
  return { listening: gateway.url, isDatabaseAway: !store.isReady() };
}
