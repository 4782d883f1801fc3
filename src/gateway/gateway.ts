import { fileURLToPath } from 'node:url';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config.ts';
import { createSimApiClient } from '../sim-api/index.ts';
import { type ContextSource, createContext } from './context.ts';
import { createApollo } from './http/apollo.ts';
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

/** Requests still running when the gateway is told to stop have so long to finish. */
const graceMs = 10_000;

/** Starts a gateway over one SIM API account. Errors: those of `listen`, such as EADDRINUSE. */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  const client = createSimApiClient(config.simApi, systemClock, log);
  const apollo = createApollo(createSchema(), log);
  const graphiql = loadGraphiql({ assetsDir: fileURLToPath(new URL('../graphiql', import.meta.url)) });
  await apollo.start();

  const source: ContextSource = { client, clock: systemClock, limits: config.limits };
  let ready = true;
  const server = createHttpServer(
    {
      apollo,
      graphiql,
      health: { isReady: () => ready },
      contextFor: (requestId, signal) => createContext(source, requestId, signal),
    },
    log,
  );
  const url = await listen(server, config.host, config.port);
  log.info({ url }, 'gateway listens');
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
      const impatience = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(impatience);
      await apollo.stop();
      await client.stop();
    },
  };
}
