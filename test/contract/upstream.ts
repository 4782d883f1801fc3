import { setTimeout as wait } from 'node:timers/promises';
import { type Shown, sentence, socketCode } from './shown.ts';

/** The SIM API, its account, and the limits of a run. */
export interface UpstreamOptions {
  /** With its path, without a slash at the end. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Pause between the end of a request and the start of the next. */
  readonly pauseMs: number;
  /** Timeout of one request, its body included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Deadline of the whole run; after it no request is sent. Default 10 minutes. */
  readonly deadlineMs?: number;
  /** Maximum for the whole run. Default 70. */
  readonly maxRequests?: number;
}

/** A complete HTTP answer. */
export interface Answer {
  readonly path: string;
  /** Names of the parameters of the request. */
  readonly parameters: readonly string[];
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Undefined if the body is not JSON. */
  readonly json: unknown;
  /** Length of path and query as sent. */
  readonly urlBytes: number;
}

/** Query parameters. A list is sent as one value with raw commas, or with `repeated` as one parameter for each item. */
export type Parameters = Readonly<Record<string, string | number | readonly string[]>>;

/** Thrown when a request got no answer. */
export class NoAnswer extends Error {
  constructor(readonly reason: Shown) {
    super(reason);
  }
}

/** Thrown when the deadline or the maximum number of requests of the run is reached. */
export class SpentUp extends Error {}

/** Thrown instead of sending a request that could change something. */
export class NotARead extends Error {}

/** The allowed paths. A SIM API that ignores the method could carry out a GET of any other path as a change. */
const readPaths: ReadonlySet<string> = new Set([
  '/get_sim',
  '/get_sims',
  '/get_account_sims',
  '/get_group_sims',
  '/get_account_groups',
  '/get_account_balance',
  '/get_sim_cost',
  '/get_sim_costs',
  '/get_sim_sessions',
  '/get_account_alerts',
  '/get_group_alerts',
  '/get_sim_alerts',
  '/diagnostics',
  '/get_available_profiles',
]);

/** The allowed parameters of a read. They exclude the flag that marks alerts as read. */
const readParameters: ReadonlySet<string> = new Set([
  ...['iccid', 'eid', 'group', 'offset', 'month', 'year', 'from', 'to', 'unread', 'only_unread'],
]);

const tokenPath = '/oauth/token';

/** Allows reads and the token call. Errors: NotARead for everything else. */
export function refuseChanges(method: string, path: string, parameters: Iterable<string>): void {
  if (method === 'POST' && path === tokenPath && [...parameters].length === 0) return;
  if (method !== 'GET' || !readPaths.has(path)) throw new NotARead(`${method} ${path}`);
  for (const name of parameters) if (!readParameters.has(name)) throw new NotARead(`${path} with ${name}`);
}

/** Sends requests to the SIM API, one after another, and stores the answers. */
export class Upstream {
  /** Every answer received, in order. */
  readonly answers: Answer[] = [];
  /** Every string value in the answers. */
  readonly textsSeen = new Set<string>();
  /** Number of requests sent so far. */
  requests = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly endsAtMs: number;

  constructor(private readonly options: UpstreamOptions) {
    this.endsAtMs = performance.now() + (options.deadlineMs ?? 600_000);
  }

  /** Sends a read. Errors: NoAnswer, SpentUp, NotARead. */
  get(path: string, parameters: Parameters, token: string | null, repeated = false): Promise<Answer> {
    const query = Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'object' && repeated
        ? value.map((item) => `${name}=${encodeURIComponent(item)}`)
        : [`${name}=${[value].flat().map(encodeURIComponent).join(',')}`],
    );
    const target = query.length === 0 ? path : `${path}?${query.join('&')}`;
    return this.send('GET', path, Object.keys(parameters), target, {
      headers: { accept: 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    });
  }

  /** Sends a token call with a form body. Errors: NoAnswer, SpentUp. */
  token(form: Readonly<Record<string, string>>): Promise<Answer> {
    const { username, password } = this.options;
    const grant = { client_id: username, username, password };
    const fields = form.grant_type === 'password' ? { ...grant, ...form } : form;
    return this.send('POST', tokenPath, [], tokenPath, {
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  private send(
    method: 'GET' | 'POST',
    path: string,
    parameters: readonly string[],
    target: string,
    init: { headers: Record<string, string>; body?: string },
  ): Promise<Answer> {
    refuseChanges(method, path, parameters);
    const answered = this.last.then(async () => {
      const answer = await this.exchange(method, path, parameters, target, init);
      const retryAfter = answer.status === 429 ? Number(answer.headers.get('retry-after') ?? 5) : Number.NaN;
      if (!(retryAfter <= maxTimeoutSeconds)) return answer;
      await wait(retryAfter * 1000);
      return this.exchange(method, path, parameters, target, init);
    });
    this.last = answered.catch(() => undefined);
    return answered;
  }

  private async exchange(
    method: string,
    path: string,
    parameters: readonly string[],
    target: string,
    init: RequestInit,
  ): Promise<Answer> {
    const { url, pauseMs, timeoutMs = 30_000, maxRequests = 70 } = this.options;
    if (this.requests >= maxRequests || performance.now() + pauseMs >= this.endsAtMs) throw new SpentUp();
    if (this.requests > 0 && pauseMs > 0) await wait(pauseMs);
    this.requests += 1;
    try {
      const response = await fetch(url + target, {
        ...init,
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await response.text();
      const { pathname, search } = new URL(url + target);
      const urlBytes = Buffer.byteLength(pathname + search);
      const { status, headers } = response;
      const answer: Answer = { path, parameters, status, headers, body, json: parsed(body), urlBytes };
      this.answers.push(answer);
      this.remember(answer.json);
      return answer;
    } catch (error) {
      throw new NoAnswer(sentence`no answer (${socketCode(error)})`);
    }
  }

  private remember(json: unknown): void {
    if (typeof json === 'string') this.textsSeen.add(json);
    else if (typeof json === 'object' && json !== null)
      for (const value of Object.values(json)) this.remember(value);
  }
}

/** Longest `Retry-After` after which a 429 is retried. */
const maxTimeoutSeconds = 30;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
