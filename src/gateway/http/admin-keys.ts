import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ApiKeyRow,
  type ApiKeyStore,
  actorOf,
  bearerTokenOf,
  createPrincipal,
  noSuchKey,
  type Principal,
} from '../../auth/index.ts';
import type { HostRule } from '../../base/host-rule.ts';
import type { Log } from '../../base/log.ts';
import type { BulkStore } from '../../bulk/index.ts';
import { GatewayError, gatewayErrorOf } from '../../errors/index.ts';
import type { ShownKey } from '../api-key/api-key.actions.ts';
import type { Context } from '../context.ts';
import { isKeyName, readNewKey, readRevocation, readRotation } from './admin-keys.input.ts';
import { MethodRefused, RequestRefused, sendJson } from './answer.ts';
import { readJsonBody } from './body.ts';
import type { BodyPlace } from './body-budget.ts';
import { authorizationOf } from './credentials.ts';

/** Path of the API keys; below it, each key has the path of its name. */
const adminKeysPath = '/admin/keys';
const maxBodyBytes = 65_536;

/** Whether a path is below /admin, where no page of another origin may read an answer. */
export function isAdminPath(path: string): boolean {
  return path === '/admin' || path.startsWith('/admin/');
}

/** What the admin token allows: no GraphQL. */
const admin: Principal = createPrincipal({
  actor: 'admin',
  method: 'NONE',
  scopes: [],
  groups: null,
  expiresAt: null,
});

/** A request to the admin endpoint. */
export interface AdminRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** Begins with a question mark, or is empty. */
  readonly query: string;
  readonly place: BodyPlace;
  /** Creates the context of the request for a caller. */
  readonly contextFor: (principal: Principal) => Context;
}

export interface AdminKeysOptions {
  /** Null: every request is refused. */
  readonly adminToken: string | null;
  readonly keys: Pick<ApiKeyStore, 'list'>;
  readonly bulk: Pick<BulkStore, 'unfinishedOf'>;
  readonly tenant: string;
  /** Refuses pages of all other origins, also of those that may use the GraphQL API. */
  readonly hostRule: HostRule;
}

/** Creates, lists, rotates and revokes API keys over HTTP. */
export interface AdminKeys {
  /**
   * Answers a request. Errors: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, BAD_REQUEST, BAD_USER_INPUT, STORE_UNAVAILABLE; those of
   * `readJsonBody`.
   */
  handle(request: AdminRequest): Promise<void>;
}

/** The methods of a path, each with its handler. */
type Handlers = Readonly<Record<string, (asked: AdminRequest, context: Context) => Promise<void>>>;

export function createAdminKeys(options: AdminKeysOptions, log: Log): AdminKeys {
  const { keys, bulk, tenant, hostRule } = options;

  /** Cancels the unfinished operations of a key, and returns their number. */
  async function cancelOperationsOf(name: string, { actions }: Context): Promise<number> {
    const ids = await bulk.unfinishedOf(tenant, actorOf(name));
    for (const id of ids) await actions.bulk.cancel(id);
    return ids.length;
  }

  const handlersOfList: Handlers = {
    async GET({ response }) {
      sendJson(response, 200, { keys: (await keys.list()).map(shownRow) });
    },
    async POST({ request, response, place }, { actions, requestId }) {
      const created = await actions.apiKeys.create(readNewKey(await readBody(request, place)));
      log.info({ requestId, name: created.row.name }, 'API key: created');
      sendJson(response, 201, shownKey(created));
    },
  };

  const handlersOfKey = (name: string): Handlers => ({
    async DELETE({ response, query }, context) {
      const cancelsOperations = readRevocation(query);
      const revokedAt = await context.actions.apiKeys.revoke(name, cancelsOperations);
      log.info({ requestId: context.requestId, name }, 'API key: revoked');
      const canceledOperations = cancelsOperations
        ? await cancelOperationsOf(name, context).catch(halfDone)
        : 0;
      sendJson(response, 200, { name, revokedAt, canceledOperations });
    },
  });

  const handlersOfRotation = (name: string): Handlers => ({
    async POST({ request, response, place }, { actions, requestId }) {
      const overlapSeconds = readRotation(hasBody(request) ? await readBody(request, place) : undefined);
      const rotated = await actions.apiKeys.rotate(name, overlapSeconds);
      log.info({ requestId, name, overlapSeconds }, 'API key: rotated');
      sendJson(response, 200, shownKey(rotated));
    },
  });

  function handlersOf(path: string): Handlers {
    if (path === adminKeysPath) return handlersOfList;
    const [, name, rotation] = /^\/admin\/keys\/([^/]+)(\/rotate)?$/.exec(path) ?? [];
    if (name === undefined) throw new GatewayError('NOT_FOUND');
    if (!isKeyName(name)) throw noSuchKey();
    return rotation === undefined ? handlersOfKey(name) : handlersOfRotation(name);
  }

  return {
    async handle(asked) {
      const { request } = asked;
      const foreign = hostRule(request.headers);
      if (foreign !== null) throw new RequestRefused(403, foreign);
      requireAdmin(request, options.adminToken);
      const handlers = handlersOf(asked.path);
      const handler = Object.hasOwn(handlers, request.method ?? '') && handlers[request.method ?? ''];
      if (!handler) throw new MethodRefused(Object.keys(handlers).join(', '));
      try {
        await handler(asked, asked.contextFor(admin));
      } catch (error) {
        throw gatewayErrorOf(error) ?? error;
      }
    },
  };
}

/** Compares hashes, whose length does not depend on the token. Errors: FORBIDDEN without ADMIN_TOKEN, UNAUTHENTICATED. */
function requireAdmin(request: IncomingMessage, adminToken: string | null): void {
  if (adminToken === null)
    throw new GatewayError('FORBIDDEN', {
      message: 'ADMIN_TOKEN is not set: with DATABASE_URL, API keys can be managed only once it is.',
    });
  const token = bearerTokenOf(authorizationOf(request)) ?? '';
  const [given, expected] = [token, adminToken].map((text) => hash('sha256', text, 'buffer')) as [
    Buffer,
    Buffer,
  ];
  if (!timingSafeEqual(given, expected)) throw new GatewayError('UNAUTHENTICATED');
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Errors: those of `readJsonBody`; RequestRefused for another content type. */
async function readBody(request: IncomingMessage, place: BodyPlace): Promise<unknown> {
  const maxBytes = Math.min(place.maxBytes, maxBodyBytes);
  const body = await readJsonBody(request, { ...place, maxBytes });
  if (body === undefined) throw new RequestRefused(415, 'The Content-Type must be application/json');
  return body;
}

/** The error of a revocation whose operations were not all cancelled. */
function halfDone(error: unknown): never {
  const known = gatewayErrorOf(error);
  if (known === undefined) throw error;
  throw new GatewayError(known.code, {
    message: `The key is revoked, but not all of its bulk operations are cancelled: ${known.message} Repeat the request.`,
  });
}

/** A row as JSON, without its hashes. */
function shownRow(row: ApiKeyRow) {
  const { id, name, scopes, groups, createdAt, expiresAt, lastUsedAt, revokedAt, previousUntil } = row;
  return { name, id, scopes, groups, createdAt, expiresAt, lastUsedAt, revokedAt, previousUntil };
}

function shownKey({ key, row }: ShownKey) {
  return { key, ...shownRow(row) };
}
