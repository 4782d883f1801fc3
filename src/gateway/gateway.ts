import type { ApiKeyStore, Authenticate } from '../auth/index.ts';
import { systemClock } from '../base/clock.ts';
import { createHostRule } from '../base/host-rule.ts';
import type { Log } from '../base/log.ts';
import { PreviewQueue } from './bulk/preview-queue.ts';
import { Context, type ContextSource } from './context.ts';
import { createAdminKeys } from './http/admin-keys.ts';
import { createApollo, type ExecutorName } from './http/apollo.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { createCors } from './http/cors.ts';
import { createSimsExport } from './http/export.ts';
import { loadGraphiql } from './http/graphiql.ts';
import type { CostLimits } from './http/query-cost.ts';
import { createHttpServer, listen } from './http/server.ts';
import { createSchema } from './schema.ts';

/** The running HTTP server of the GraphQL API. */
export interface Gateway {
  /** For example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Reports unready, accepts no new connections, and resolves when the last request is answered. */
  drain(): Promise<void>;
  /** Closes all connections at once. */
  close(): Promise<void>;
}

/** Addresses, limits and folders of the HTTP server. */
export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  /** Host names that are served in addition to those of loopback, in the form that `createHostRule` takes. */
  readonly allowedHosts: string | undefined;
  /** Origins of pages that may call the gateway, in addition to its own page; each in the form of the header Origin. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  readonly limits: CostLimits;
  readonly executor: ExecutorName;
  /** The folder of the built GraphiQL page. */
  readonly graphiqlDir: string;
  readonly authenticate: Authenticate;
  /** How API keys are managed; null: callers have none. */
  readonly apiKeys: { readonly adminToken: string | null; readonly keys: ApiKeyStore } | null;
}

/** Starts the HTTP server. Errors: those of `listen`, such as EADDRINUSE. */
export async function startGateway(
  options: GatewayOptions,
  source: Omit<ContextSource, 'previews'>,
  log: Log,
): Promise<Gateway> {
  const { host, allowedHosts, corsOrigins, authenticate, apiKeys } = options;
  const schema = createSchema();
  const apollo = createApollo(schema, options.executor, options.limits, log);
  const graphiql = loadGraphiql({ assetsDir: options.graphiqlDir });
  await apollo.start();
  const shared: ContextSource = { ...source, previews: new PreviewQueue() };
  const hosts = { host, allowed: allowedHosts, setting: 'ALLOWED_HOSTS' };
  const hostRule = createHostRule({ ...hosts, listed: { origins: corsOrigins, setting: 'CORS_ORIGINS' } });
  const adminKeys =
    apiKeys &&
    createAdminKeys(
      { ...apiKeys, bulk: source.actions.bulk, tenant: source.tenant, hostRule: createHostRule(hosts) },
      log,
    );
  let isReady = true;
  const server = createHttpServer(
    {
      apollo,
      graphiql,
      health: { isReady: () => isReady },
      hostRule,
      cors: createCors(corsOrigins),
      bodyBudget: createBodyBudget(options.maxBodyBytes, systemClock),
      simsExport: createSimsExport(schema, log),
      adminKeys,
      authenticate,
      contextFor: (request, principal) => new Context(shared, request, principal),
    },
    log,
  );
  const url = await listen(server, host, options.port).catch((error: unknown) => {
    server.close();
    throw error;
  });

  return {
    url,

    drain() {
      isReady = false;
      // Otherwise a connection with a request in progress would stay open for the next request.
      server.keepAliveTimeout = 1;
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },

    async close() {
      server.closeAllConnections();
      await apollo.stop();
    },
  };
}
