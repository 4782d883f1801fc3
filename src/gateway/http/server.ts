import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApolloServer } from '@apollo/server';
import type { Authenticate, Principal } from '../../auth/index.ts';
import { Cancellation } from '../../base/cancellation.ts';
import { systemClock } from '../../base/clock.ts';
import { type HostRule, hostOfUrl } from '../../base/host-rule.ts';
import type { Log } from '../../base/log.ts';
import { GatewayError } from '../../errors/index.ts';
import type { Context } from '../context.ts';
import { type AdminKeys, isAdminPath } from './admin-keys.ts';
import { MethodRefused, RequestRefused, sendError, sendText } from './answer.ts';
import type { BodyBudget, BodyPlace } from './body-budget.ts';
import { type Cors, isPreflight } from './cors.ts';
import { authorizationOf } from './credentials.ts';
import { type SimsExport, simsExportMethods, simsExportPath } from './export.ts';
import { type Graphiql, graphiqlAssetsPath } from './graphiql.ts';
import { graphqlMethods, handleGraphql } from './graphql.ts';
import { type Health, handleHealth } from './health.ts';
import { idempotencyKeyOf } from './idempotency.ts';
import { requestIdOf } from './request-id.ts';
import { createSlowClients, slowClientLimits } from './slow-clients.ts';

/** The facts about a request that come from HTTP. */
interface RequestFacts {
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  /** Cancelled when the response was sent or the client has disconnected. */
  readonly cancellation: Cancellation;
}

/** The handlers of the HTTP server. */
export interface Routes {
  readonly apollo: ApolloServer<Context>;
  readonly graphiql: Graphiql;
  readonly health: Health;
  /** Which host names and origins are served. Health checks are served for all. */
  readonly hostRule: HostRule;
  readonly cors: Cors;
  readonly bodyBudget: BodyBudget;
  readonly simsExport: SimsExport;
  /** Null: callers have no API keys. */
  readonly adminKeys: AdminKeys | null;
  readonly authenticate: Authenticate;
  readonly contextFor: (request: RequestFacts, principal: Principal) => Context;
}

/** Time that a client has to send its headers, in ms. */
const headersTimeoutMs = 10_000;
/** Time that a client may continue to send a body after the response, in ms. */
const discardMs = 5000;
/** Interval of the checks of `headersTimeoutMs` and of `slowClientLimits`, in ms. */
const checkIntervalMs = 1000;

const tooSlow = new RequestRefused(
  408,
  `The request body must come at ${slowClientLimits.bodyBytes} bytes in ${slowClientLimits.bodyPeriodMs / 1000} seconds, or faster`,
);

/** Creates the HTTP server. `route` has all paths. */
export function createHttpServer(routes: Routes, log: Log): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    // No limit on the duration: a large body may take long, if it is fast enough for `slowClientLimits`.
    requestTimeout: 0,
    connectionsCheckingInterval: checkIntervalMs,
  });
  const slowClients = createSlowClients(systemClock, slowClientLimits, log);
  server.on('connection', slowClients.follow);
  // setImmediate: received data is read first, so that a client does not count as slow because the gateway was busy.
  const checking = setInterval(() => setImmediate(slowClients.check), checkIntervalMs).unref();
  server.once('close', () => clearInterval(checking));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    if (!isAdminPath(request.url ?? '/')) routes.cors.allowReading(request, response);
    const fail = (error: unknown) => answerFailure(error, request, response, requestId, log);
    const giveUp = (error: GatewayError) => {
      place.leave();
      if (!response.headersSent) response.setHeader('connection', 'close');
      fail(error);
    };
    const place = routes.bodyBudget.enter(giveUp);
    slowClients.followBody(request, () => giveUp(tooSlow));
    response.once('finish', () => {
      if (!request.complete) discardRest(request);
    });
    route(routes, request, response, requestId, place).catch(fail);
  });
  return server;
}

async function route(
  { apollo, graphiql, health, hostRule, cors, simsExport, adminKeys, authenticate, contextFor }: Routes,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  place: BodyPlace,
): Promise<void> {
  const url = request.url ?? '/';
  const [path = '/'] = url.split('?', 1);
  const query = url.slice(path.length);
  if (handleHealth(path, health, response)) return;
  const { headers, method } = request;
  // The origin of a preflight is checked against CORS_ORIGINS alone, when it is answered.
  const foreign = hostRule(isPreflight(request) ? { host: headers.host } : headers);
  if (foreign !== null) throw new RequestRefused(403, foreign);
  if (path === '/graphql') {
    if (cors.answerPreflight(request, response, graphqlMethods)) return;
    if (graphiql.wantsPage(request)) return graphiql.handle(request, response);
    if (method !== 'GET' && method !== 'POST') throw new MethodRefused(graphqlMethods);
    const cancellation = endOf(response);
    const caller = authenticate(authorizationOf(request));
    const principal = caller instanceof Promise ? await caller : caller;
    const idempotencyKey = idempotencyKeyOf(request);
    const context = contextFor({ requestId, idempotencyKey, cancellation }, principal);
    return handleGraphql(apollo, request, response, query, context, place);
  }
  if (path === simsExportPath) {
    if (cors.answerPreflight(request, response, simsExportMethods)) return;
    const cancellation = endOf(response);
    const principal = await authenticate(authorizationOf(request));
    const context = contextFor({ requestId, idempotencyKey: null, cancellation }, principal);
    return simsExport.handle(request, response, query, context, cancellation);
  }
  if (isAdminPath(path) && adminKeys !== null) {
    const facts = { requestId, idempotencyKey: null, cancellation: endOf(response) };
    const contextOf = (principal: Principal) => contextFor(facts, principal);
    return adminKeys.handle({ request, response, path, query, place, contextFor: contextOf });
  }
  if (path.startsWith(graphiqlAssetsPath)) return graphiql.handle(request, response);
  if (path === '/') {
    response.setHeader('location', '/graphql');
    return sendText(response, 302, 'text/plain; charset=utf-8', 'The GraphQL API is at /graphql\n');
  }
  sendError(
    response,
    new GatewayError('NOT_FOUND', { message: 'The GraphQL API is at /graphql' }),
    requestId,
  );
}

/** A cancellation for the reads of a request: cancelled when the response was sent or the client has disconnected. */
function endOf(response: ServerResponse): Cancellation {
  const cancellation = new Cancellation();
  response.once('close', () => cancellation.cancel());
  return cancellation;
}

function answerFailure(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  log: Log,
): void {
  if (request.destroyed && !request.complete) return;
  const known = error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR');
  if (known !== error)
    log.error({ requestId, stack: error instanceof Error ? error.stack : undefined }, 'unexpected error');
  if (response.headersSent) {
    // A complete response is not touched.
    if (!response.writableEnded) response.destroy();
    return;
  }
  const { retryAfterSeconds } = known.details;
  if (known instanceof MethodRefused) response.setHeader('allow', known.allowed);
  if (known.code === 'UNAUTHENTICATED')
    // RFC 6750: no error code if the request had no credentials.
    response.setHeader(
      'www-authenticate',
      `Bearer${request.headers.authorization === undefined ? '' : ' error="invalid_token"'}`,
    );
  if (retryAfterSeconds != null) response.setHeader('retry-after', retryAfterSeconds);
  sendError(response, known, requestId);
}

/**
 * Discards the rest of a request body for at most `discardMs`. If the connection were closed at once, a client that is still sending
 * would not receive the response.
 */
function discardRest(request: IncomingMessage): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, discardMs);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

/** Binds the server and returns its URL on this machine. Errors: those of `listen`, such as EADDRINUSE. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return `http://${hostOfUrl(address)}:${bound}`;
}
