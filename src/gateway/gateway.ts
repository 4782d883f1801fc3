import { randomUUID } from 'node:crypto';
import { systemClock } from '../base/clock.ts';
import { createHostRule } from '../base/host-rule.ts';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import { startBulkWork } from '../bulk/bulk.ts';
import type { BulkWorker } from '../bulk/chunk.worker.ts';
import { createBulkStore } from '../bulk/operations.store.ts';
import { createFindEffect } from '../changes/find-effect.ts';
import type { Config } from '../config.ts';
import { createFleetWork } from '../fleet-index/fleet-index.ts';
import { createAuditStore } from '../ledger/audit.store.ts';
import { createLedgerStore } from '../ledger/ledger.store.ts';
import { createLedger } from '../ledger/ledger.ts';
import { startRetention } from '../ledger/retention.worker.ts';
import { createSimApiClient } from '../sim-api/index.ts';
import type { Store } from '../store/store.ts';
import { createTokenRows } from '../store/token-rows.ts';
import type { ActionSource } from './actions.ts';
import { type ContextSource, createContext } from './context.ts';
import { createFindFitting } from './fleet/fleet.loader.ts';
import { createApollo } from './http/apollo.ts';
import { createBodyRoom } from './http/body-room.ts';
import { createSimsExport } from './http/export.ts';
import { loadGraphiql } from './http/graphiql.ts';
import { createHttpServer, listen } from './http/server.ts';
import { createSchema } from './schema.ts';

/** A gateway that answers. */
export interface Gateway {
  /** Where it answers, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Becomes unready, lets running requests finish for a while, then closes everything. */
  stop(): Promise<void>;
}

/** Time to write down what became of changes that were ended. */
const lastWordsMs = 1500;

/** Who makes every request, until callers show credentials; and the one account there is. */
const anyone = { tenant: 'default', actor: 'anonymous' };

/**
 * Starts a gateway over one SIM API account and one store. `graphiqlDir` is the folder of the built GraphiQL page.
 * Errors: those of `listen`, such as EADDRINUSE.
 */
export async function startGateway(
  config: Config,
  store: Store,
  log: Log,
  graphiqlDir: string,
): Promise<Gateway> {
  // A database of the gateway's own is no other gateway's: nothing to share, and no token on the disk.
  const tokenRows = store.isExclusive ? null : createTokenRows(store, config.simApi.account);
  const upstream = createSimApiClient(config.simApi, systemClock, log, tokenRows);
  const fleet = createFleetWork(config, anyone.tenant, store, upstream, log);
  const { client } = fleet;
  const { leaseMs, auditRetentionDays } = config.store;
  const { account } = config.simApi;
  const owner = randomUUID();
  const ledger = createLedger(
    createLedgerStore(store, owner, account, leaseMs),
    leaseMs,
    createFindEffect(client),
    log,
  );
  const audit = createAuditStore(store, account);
  const schema = createSchema();
  const apollo = createApollo(schema, config.limits, log);
  const graphiql = loadGraphiql({ assetsDir: graphiqlDir });
  await apollo.start();

  await ledger.start(store.isExclusive);
  const actions: ActionSource = {
    clock: systemClock,
    limits: config.limits,
    bulk: createBulkStore(store, owner, account),
    wakeBulk: () => bulk?.wake(),
    news: fleet.news,
    fitting: createFindFitting(fleet.index),
  };
  let bulk: BulkWorker | undefined;
  const source: ContextSource = { client, actions, ledger, audit, fleet: fleet.index };
  let ready = true;
  const { host, allowedHosts } = config;
  const hostRule = createHostRule({ host, allowed: allowedHosts, setting: 'ALLOWED_HOSTS' });
  const server = createHttpServer(
    {
      apollo,
      graphiql,
      health: { isReady: () => ready },
      hostRule,
      bodyRoom: createBodyRoom(config.maxBodyBytes, systemClock),
      simsExport: createSimsExport(schema, log),
      contextFor: (request) => createContext(source, { caller: anyone, ...request }),
    },
    log,
  );
  const giveUp = async (error: unknown): Promise<never> => {
    server.close();
    await Promise.allSettled([client.stop(), ledger.stop(), fleet.stop()]);
    throw error;
  };
  await fleet.start();
  const url = await listen(server, host, config.port).catch(giveUp);
  bulk = await startBulkWork({ config, store, owner, client, actions, ledger }, log).catch(giveUp);
  log.info({ url }, 'gateway listens');
  if (hostRule === null)
    log.warn({ host }, 'ALLOWED_HOSTS is not set: requests are served whatever name they were sent to');
  const retention = startRetention(audit, auditRetentionDays, log);
  client.logIn().then(
    () => log.info({}, 'SIM API: logged in'),
    (error: Error) =>
      log.warn({ detail: error.message }, 'SIM API: not logged in, will try again with each request'),
  );

  return {
    url,
    async stop() {
      ready = false;
      // A connection that is still answering would else be kept open for its next request.
      server.keepAliveTimeout = 1;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      // A change goes on though its client has left; a bulk operation stops, and another gateway or the next start goes on.
      const bulkIdle = bulk?.stop();
      const fleetIdle = fleet.stop();
      await within(config.shutdownGraceMs, Promise.all([closed, ledger.idle(), bulkIdle]), undefined);
      server.closeAllConnections();
      // Ends what is still under way; a moment is enough to write down how.
      await client.stop();
      await within(lastWordsMs, Promise.all([ledger.idle(), bulkIdle]), undefined);
      retention.stop();
      await fleet.news.written();
      const leave = Promise.all([bulk?.abandon(), ledger.stop()]).catch((error: Error) =>
        log.error({ detail: error.message }, 'changes are left open'),
      );
      // A database that is silent must not keep the gateway: the next one settles what is left.
      await within(lastWordsMs, Promise.all([leave, fleetIdle]), undefined);
      await closed;
      await apollo.stop();
    },
  };
}
