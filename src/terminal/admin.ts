import { request } from 'undici';
import { type GatewayError, Refused, Unreachable, unreachable } from './gateway.ts';

/** An API key, as the gateway shows it. Times in RFC 3339. */
export interface ApiKey {
  readonly name: string;
  readonly id: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly previousUntil: string | null;
}

/** The API keys of a gateway, over its admin endpoint. Errors of all methods: Refused, Unreachable. */
export interface Admin {
  create(key: object): Promise<ApiKey & { readonly key: string }>;
  list(): Promise<{ readonly keys: readonly ApiKey[] }>;
  rotate(name: string, overlapSeconds: number): Promise<ApiKey & { readonly key: string }>;
  revoke(
    name: string,
    cancelsOperations: boolean,
  ): Promise<{ readonly name: string; readonly revokedAt: string; readonly canceledOperations: number }>;
}

// A revocation cancels bulk operations one after another.
const TIMEOUT_MS = 60_000;

/** The admin endpoint beside the GraphQL endpoint at `url`. */
export function adminUrlOf(url: string): URL {
  const admin = new URL(url);
  admin.pathname = `${admin.pathname.replace(/\/graphql\/?$|\/$/, '')}/admin/keys`;
  admin.search = '';
  admin.hash = '';
  return admin;
}

export function createAdmin(url: URL, token: string): Admin {
  const send = <T>(method: Method, path: string, body?: object) =>
    sendOnce<T>(method, `${url.href}${path}`, token, body);
  const pathOf = (name: string) => `/${encodeURIComponent(name)}`;
  return {
    create: (key) => send('POST', '', key),
    list: () => send('GET', ''),
    rotate: (name, overlapSeconds) => send('POST', `${pathOf(name)}/rotate`, { overlapSeconds }),
    revoke: (name, cancelsOperations) =>
      send('DELETE', `${pathOf(name)}${cancelsOperations ? '' : '?keepOperations=true'}`),
  };
}

type Method = 'GET' | 'POST' | 'DELETE';

async function sendOnce<T>(method: Method, url: string, token: string, body?: object): Promise<T> {
  const tooLong = AbortSignal.timeout(TIMEOUT_MS);
  let status: number;
  let text: string;
  try {
    const response = await request(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: tooLong,
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    if (tooLong.aborted)
      throw new Unreachable(`no answer within ${TIMEOUT_MS / 1000} s`, { mayHaveArrived: true });
    throw unreachable(error);
  }
  const answer = parsed(text);
  const [first] = answer?.errors ?? [];
  if (first !== undefined) throw new Refused(withHint(first));
  if (answer === undefined || status >= 300)
    throw new Unreachable(`HTTP ${status}, which is not an answer of the admin endpoint`, {
      mayHaveArrived: status >= 500,
    });
  return answer as T;
}

/** Says what to do about the refusals that most callers see first. */
function withHint(error: GatewayError): GatewayError {
  const code = error.extensions?.code;
  if (code === 'UNAUTHENTICATED')
    return { ...error, message: 'The admin token is not the one of this gateway.' };
  if (code === 'NOT_FOUND' && /\/graphql/.test(error.message))
    return { ...error, message: 'This gateway has no API keys: it does not run with AUTH=apikey.' };
  return error;
}

function parsed(text: string): { readonly errors?: readonly GatewayError[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
