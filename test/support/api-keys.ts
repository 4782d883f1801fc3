import { expect } from '@jest/globals';
import type { AnsweredError, RunningGateway } from './gateway.ts';
import { askWith } from './graphql-client.ts';

export const adminToken = 'canary-admin-token-of-these-tests-0123456789';
/** Settings of a gateway whose callers have API keys. */
export const keyEnv: Readonly<Record<string, string>> = { AUTH: 'apikey', ADMIN_TOKEN: adminToken };
export const allScopes = ['READ', 'COST', 'CONTROL', 'SMS', 'CLOSE', 'AUDIT', 'PERSONAL'];

/** A key as the admin endpoint shows it. */
export interface ShownKey {
  name: string;
  id: string;
  scopes: string[];
  groups: string[] | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  previousUntil: string | null;
  /** Only in the answer to a creation or a rotation. */
  key: string;
}

/** An answer of the admin endpoint. */
export interface AdminAnswer {
  status: number;
  headers: Headers;
  body: Partial<ShownKey> & {
    keys?: ShownKey[];
    canceledOperations?: number;
    errors?: AnsweredError[];
  };
}

/** Sends a request to the admin endpoint; `path` is below /admin/keys. A body is sent as JSON. */
export async function askAdmin(
  gateway: RunningGateway,
  method: string,
  path = '',
  { body, headers }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<AdminAnswer> {
  const answer = await gateway.fetch(`/admin/keys${path}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as AdminAnswer['body'],
  };
}

let created = 0;

/** Creates a key with these fields, by default with a new name and all scopes, and expects that it is accepted. */
export async function createKey(gateway: RunningGateway, fields: object = {}): Promise<ShownKey> {
  created += 1;
  const body = { name: `caller-${created}`, scopes: allScopes, ...fields };
  const answer = await askAdmin(gateway, 'POST', '', { body });
  expect([answer.status, answer.body.errors]).toEqual([201, undefined]);
  return answer.body as ShownKey;
}

/** The key of a name as the list shows it. */
export async function listedKey(gateway: RunningGateway, name: string): Promise<ShownKey | undefined> {
  const { body } = await askAdmin(gateway, 'GET');
  return body.keys?.find((key) => key.name === name);
}

/** The same gateway for a caller who sends this token with every request. */
export function as(gateway: RunningGateway, token: string): RunningGateway {
  const caller: RunningGateway = {
    ...gateway,
    fetch(path, init) {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${token}`);
      return gateway.fetch(path, { ...init, headers });
    },
    ask: (query, variables) => askWith(caller, {}, query, variables),
    run: () => Promise.reject(new Error('use ask')),
  };
  return caller;
}

/** HTTP status of a small query of a caller; 401 if its token is refused. */
export async function statusFor(gateway: RunningGateway, token: string): Promise<number> {
  return (await as(gateway, token).ask('{ viewer { actor } }')).status;
}
