/** Program: the gateway's stack with the schema of the public benchmark. All but the schema and its reads are the modules of the gateway. */
import 'reflect-metadata';
import { anonymous } from '../../../src/auth/index.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { createHostRule } from '../../../src/base/host-rule.ts';
import { createLog } from '../../../src/base/log.ts';
import { createLogDestination } from '../../../src/base/log-destination.ts';
import type { Context } from '../../../src/gateway/context.ts';
import { createApollo } from '../../../src/gateway/http/apollo.ts';
import { createBodyBudget } from '../../../src/gateway/http/body-budget.ts';
import { createCors } from '../../../src/gateway/http/cors.ts';
import { createHttpServer, listen } from '../../../src/gateway/http/server.ts';
import { PublicContext } from './context.ts';
import { createReads } from './reads.ts';
import { createPublicSchema } from './schema.ts';

const standardOutput = 1;
/** The gateway's defaults. */
const limits = { maxNodes: 100_000, maxUpstreamCalls: 1000 };
const maxBodyBytes = 25_165_824;
const host = '127.0.0.1';

const log = createLog('info', createLogDestination(standardOutput));
const reads = createReads(process.env.SIM_API_URL ?? '', process.argv[2] !== 'alone');
const apollo = createApollo(createPublicSchema(), 'planned', limits, log);
await apollo.start();
const noPage = { wantsPage: () => false, handle: () => undefined };
const server = createHttpServer(
  {
    apollo,
    graphiql: noPage,
    health: { isReady: () => true },
    hostRule: createHostRule({ host, allowed: undefined, setting: 'ALLOWED_HOSTS' }),
    cors: createCors([]),
    bodyBudget: createBodyBudget(maxBodyBytes, systemClock),
    simsExport: { handle: () => Promise.resolve() },
    adminKeys: null,
    authenticate: () => anonymous,
    // The handlers use only what both contexts have.
    contextFor: ({ requestId, cancellation }) =>
      new PublicContext(reads, requestId, cancellation) as unknown as Context,
  },
  log,
);
const url = await listen(server, host, 0);
process.send?.({ listening: url });
process.on('SIGTERM', () => process.exit());
