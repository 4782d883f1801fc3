import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GraphQLError, getOperationAST, parse } from 'graphql';
import { createPrincipal, type Method, type Scope, scopes } from '../../src/auth/index.ts';
import { GatewayError } from '../../src/errors/index.ts';
import { checkAccess, hiddenError } from '../../src/gateway/http/authorization.ts';
import { createSchema } from '../../src/gateway/schema.ts';
import type { RunningGateway } from './gateway.ts';

/** The facts of a caller, as `Query.viewer` answers them. */
export interface Caller {
  readonly actor: string;
  readonly method: Exclude<Method, 'NONE'>;
  readonly scopes: readonly Scope[];
  readonly groups: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly environment: 'SANDBOX' | 'LIVE';
}

/** A gateway that needs credentials. */
export interface ProtectedGateway {
  readonly url: string;
  /** The credentials of every operation until now; null for none. */
  readonly received: readonly (string | null)[];
  /** Accepts a key or token from now on; by default with every scope, for all SIMs, without an end. */
  accept(token: string, facts?: Partial<Caller>): void;
  /** Refuses a key or token from now on. */
  revoke(token: string): void;
  stop(): Promise<void>;
}

const everything: Caller = {
  actor: 'key:test',
  method: 'API_KEY',
  scopes,
  groups: null,
  expiresAt: null,
  environment: 'SANDBOX',
};

const schema = createSchema();

/**
 * Starts a server that checks credentials and scopes, and passes what is allowed to `gateway`, which checks none. Scopes are checked by the
 * gateway's own code.
 */
export async function startProtectedGateway(gateway: Pick<RunningGateway, 'url'>): Promise<ProtectedGateway> {
  const callers = new Map<string, Caller>();
  const received: (string | null)[] = [];
  const server = createServer((from, to) => {
    answer(from, to).catch(() => to.destroy());
  });

  async function answer(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body = await text(from);
    if (from.method !== 'POST') return pass(gateway.url, from, to, body, (whole) => whole);
    const token = /^Bearer (\S+)$/.exec(from.headers.authorization ?? '')?.[1] ?? null;
    received.push(token);
    const caller = token === null ? undefined : callers.get(token);
    if (caller === undefined) return refuse(to, new GatewayError('UNAUTHENTICATED'));
    let hidden: ReturnType<typeof checkAccess>;
    try {
      hidden = hiddenFieldsOf(body, caller);
    } catch (error) {
      if (error instanceof GraphQLError && error.originalError instanceof GatewayError)
        return refuse(to, error.originalError);
      throw error;
    }
    return pass(gateway.url, from, to, body, (whole) => {
      const { data, errors = [], ...rest } = JSON.parse(whole);
      if (data?.viewer) Object.assign(data.viewer, caller);
      if (hidden === null || data == null)
        return JSON.stringify({ data, ...(errors.length > 0 && { errors }), ...rest });
      const { message, extensions } = hiddenError(hidden);
      const names = new Set(hidden.nodes.map(({ name }) => name.value));
      return JSON.stringify({
        data: withNull(data, names),
        errors: [...errors, { message, extensions }],
        ...rest,
      });
    });
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    accept: (token, facts) => void callers.set(token, { ...everything, ...facts }),
    revoke: (token) => void callers.delete(token),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The personal fields that an operation selects and its caller may not read. Errors: FORBIDDEN, as a GraphQLError. */
function hiddenFieldsOf(body: string, { actor, method, scopes, groups }: Caller) {
  const { query, variables = {}, operationName } = JSON.parse(body);
  const document = parse(query);
  const operation = getOperationAST(document, operationName);
  const principal = createPrincipal({ actor, method, scopes, groups, expiresAt: null });
  return checkAccess({
    schema,
    document,
    operation,
    request: { variables },
    contextValue: { principal },
  } as unknown as Parameters<typeof checkAccess>[0]);
}

function withNull(value: unknown, names: ReadonlySet<string>): unknown {
  return JSON.parse(JSON.stringify(value), (name, inner) => (names.has(name) ? null : inner));
}

function refuse(to: ServerResponse, { status, message, extensions }: GatewayError): void {
  to.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  to.end(JSON.stringify({ errors: [{ message, extensions }] }));
}

async function pass(
  origin: string,
  from: IncomingMessage,
  to: ServerResponse,
  body: string,
  change: (whole: string) => string,
): Promise<void> {
  const { 'accept-encoding': _, 'content-length': __, ...headers } = from.headers;
  const { method = 'GET' } = from;
  const onward = request(origin + from.url, { method, headers, agent: false });
  const [incoming] = (await once(onward.end(body), 'response')) as [IncomingMessage];
  const { 'content-length': ___, ...answered } = incoming.headers;
  if (method !== 'POST') {
    to.writeHead(incoming.statusCode ?? 500, answered);
    return void incoming.pipe(to);
  }
  const whole = change(await text(incoming));
  to.writeHead(incoming.statusCode ?? 500, answered).end(whole);
}
