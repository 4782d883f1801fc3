import type { World } from '../support/sandbox.ts';

/** Parameters of a call; a list is sent as one parameter for each value. */
export type Parameters = Record<string, string | number | boolean | readonly string[]>;

/** An answer of the SIM API as received. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined if it is not JSON. */
  json: unknown;
}

/** A client of the SIM API of a world, with a valid token. */
export interface SimApi {
  readonly accessToken: string;
  readonly refreshToken: string;
  get(path: string, parameters?: Parameters): Promise<WireAnswer>;
  put(path: string, parameters?: Parameters): Promise<WireAnswer>;
  /** A GET whose body is of type T. Errors: any status other than 200. */
  read<T>(path: string, parameters?: Parameters): Promise<T>;
}

/** Logs in to a world and returns a client of its SIM API. */
export async function openSimApi(world: World): Promise<SimApi> {
  const { json } = await passwordGrant(world);
  const { access_token: accessToken, refresh_token: refreshToken } = json as Record<string, string>;
  if (accessToken === undefined || refreshToken === undefined) throw new Error('no token');
  const call = (method: string) => (path: string, parameters?: Parameters) =>
    request(`${world.apiUrl}${path}${queryOf(parameters)}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}` },
    });
  const get = call('GET');
  return {
    accessToken,
    refreshToken,
    get,
    put: call('PUT'),
    async read<T>(path: string, parameters?: Parameters) {
      const answer = await get(path, parameters);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
      return answer.json as T;
    },
  };
}

/** Requests a token by the password grant, in a form body. */
export function passwordGrant(world: World, password = world.password): Promise<WireAnswer> {
  const { username } = world;
  return tokenCall(world, { grant_type: 'password', client_id: username, username, password });
}

export function tokenCall(world: World, fields: Record<string, string>): Promise<WireAnswer> {
  return request(`${world.apiUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(fields) });
}

export async function request(url: string, init: RequestInit = {}): Promise<WireAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** The error code in the body of an answer; undefined if there is none. */
export function codeOf({ json }: WireAnswer): unknown {
  return typeof json === 'object' && json !== null && 'error_code' in json ? json.error_code : undefined;
}

function queryOf(parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return `?${query}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
