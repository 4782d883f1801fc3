import { systemClock } from '../base/clock.ts';
import { createHostRule } from '../base/host-rule.ts';
import type { Log } from '../base/log.ts';
import { type ContextSource, createContext } from './context.ts';
import { createApollo } from './http/apollo.ts';
import { createBodyBudget } from './http/body-budget.ts';
import { createSimsExport } from './http/export.ts';
import { loadGraphiql } from './http/graphiql.ts';
import type { CostLimits } from './http/query-cost.ts';
import { createHttpServer, listen } from './http/server.ts';
import { createSchema } from './schema.ts';

/** GraphQL over HTTP, on top of the engines. */
export interface Gateway {
  /** Where it answers, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Becomes unready, takes no more connections, and resolves when the last request is answered. */
  drain(): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** How it is reached, and what one request may ask for. */
export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  /** Names by which it is reached, beside those of loopback: a list as `createHostRule` takes it. */
  readonly allowedHosts: string | undefined;
  readonly maxBodyBytes: number;
  readonly limits: CostLimits;
  /** The folder of the built GraphiQL page. */
  readonly graphiqlDir: string;
  /** The tenant and actor of every request, until callers show credentials. */
  readonly caller: { readonly tenant: string; readonly actor: string };
}

/** Starts to answer. Errors: those of `listen`, such as EADDRINUSE. */
export async function startGateway(
  options: GatewayOptions,
  source: ContextSource,
  log: Log,
): Promise<Gateway> {
  const { host, allowedHosts, caller } = options;
  const schema = createSchema();
  const apollo = createApollo(schema, options.limits, log);
  const graphiql = loadGraphiql({ assetsDir: options.graphiqlDir });
  await apollo.start();
  const hostRule = createHostRule({ host, allowed: allowedHosts, setting: 'ALLOWED_HOSTS' });
  let isReady = true;
  const server = createHttpServer(
    {
      apollo,
      graphiql,
      health: { isReady: () => isReady },
      hostRule,
      bodyRoom: createBodyBudget(options.maxBodyBytes, systemClock),
      simsExport: createSimsExport(schema, log),
      contextFor: (request) => createContext(source, { caller, ...request }),
    },
    log,
  );
  const url = await listen(server, host, options.port).catch((error: unknown) => {
    server.close();
    throw error;
  });
  if (hostRule === null)
    log.warn({ host }, 'ALLOWED_HOSTS is not set: requests are served whatever name they were sent to');

  return {
    url,

    drain() {
      isReady = false;
      // A connection that is still answering would else be kept open for its next request.
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
