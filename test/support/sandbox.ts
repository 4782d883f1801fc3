/** How a world behaves when the contract allows several behaviours; see docs/sandbox.md. */
interface Behaviour {
  refusedBulk: 'changesNothing' | 'changesThoseBefore';
  putAnswer: 'sim' | 'message' | 'ok' | 'empty';
  putStatus: 200 | 202;
  order: 'stable' | 'shuffled';
  costsWithoutHistory: 'omit' | 'refuse';
  missingSims: 'omit' | 'refuse';
  expiresIn: 'number' | 'string';
  times: 'milliseconds' | 'seconds';
  errorStatus: number;
  refresh: 'accept' | 'refuse';
  liveTokens: 'many' | 'one';
  tokenLifetimeSeconds: number;
  settleMs: { min: number; max: number };
  pageSize: number;
  maxUrlBytes: number;
  maxUrlStatus: 414 | 431;
  diagnostics: 'ordered' | 'notOrdered';
  esim: 'enabled' | 'disabled';
  accountAlert: 'none' | 'lowBalance';
  oldClients: 'refuse' | 'accept';
}

/** Which calls a fault applies to, and how often. */
interface FaultTarget {
  /** A path such as `/get_sims`; `*` matches every path but `/oauth/token`. */
  path: string;
  method?: 'GET' | 'PUT' | 'POST';
  /** Only calls that name this SIM. */
  iccid?: string;
  /** Number of calls; unlimited if absent. */
  times?: number;
  /** Number of matching calls that pass first. */
  skip?: number;
}

/** The kind of failure; `acts` says whether the call is carried out nevertheless. */
export type FaultKind =
  | { kind: 'delay'; ms: number; acts?: boolean }
  | { kind: 'hang' | 'reset' | 'cut' | 'garbage' | 'empty' | 'html' | 'unauthorized'; acts?: boolean }
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string>; acts?: boolean }
  | { kind: 'error'; code: string; acts?: boolean }
  | { kind: 'drip'; ms?: number; acts?: boolean }
  | { kind: 'tooManyRequests'; retryAfter?: string | number; acts?: boolean }
  | { kind: 'tamper'; omit?: string[]; duplicate?: string[]; foreign?: true };

/** A fault to add to a world. */
type Fault = FaultTarget & FaultKind;

/** An active fault. */
type ListedFault = Fault & { id: number; matched: number; hits: number };

/** A call that the SIM API of a world has received. */
interface Call {
  at: number;
  method: string;
  path: string;
  query: string;
  sims: number;
  inFlight: number;
  httpStatus: number | null;
  errorCode?: string;
}

/** The calls that the SIM API of a world has received since they were last cleared. */
interface CallReport {
  total: number;
  byPath: Record<string, number>;
  maxInFlight: number;
  calls: Call[];
}

/** A change applied to one SIM. */
interface Effect {
  at: number;
  path: string;
  iccid: string;
  params: Record<string, string>;
}

/** A SIM in the format of the SIM API. */
export interface WireSim {
  iccid: string;
  state: string;
  status: { primary: string; secondary?: string };
  eid?: string;
  msisdn: string;
  name: string | null;
  group?: string;
  data_limit: number | null;
  active_profile?: string | null;
  downloaded_profiles?: string[];
  lastModifiedMillis: number;
  [field: string]: unknown;
}

/** The clock of a world, in epoch milliseconds. */
interface Clock {
  startAt: number;
  now: number;
  rate: number;
}

/** Options of a new world. Defaults: 100 SIMs, including the ten special ones, and a clock that runs in real time. */
export interface WorldOptions {
  id?: string;
  sims?: number;
  seed?: string;
  special?: boolean;
  behaviour?: Partial<Behaviour>;
  clock?: { startAt?: number | string; rate?: number };
}

/** Selects SIMs; the empty string selects SIMs without a group or without a secondary status. */
interface SimQuery {
  limit?: number;
  state?: string;
  primary?: string;
  secondary?: string;
  group?: string;
  esim?: boolean;
}

/** An account of the shared sandbox that belongs to one test. */
export interface World {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly origin: string;
  /** URL of its SIM API, including `/v1`. */
  readonly apiUrl: string;
  calls(): Promise<CallReport>;
  clearCalls(): Promise<void>;
  effects(filter?: { path?: string; iccid?: string }): Promise<Effect[]>;
  /** Number of changes by ICCID. */
  effectCounts(filter?: { path?: string; iccid?: string }): Promise<Record<string, number>>;
  clearEffects(): Promise<void>;
  addFaults(...faults: Fault[]): Promise<ListedFault[]>;
  faults(): Promise<ListedFault[]>;
  clearFaults(): Promise<void>;
  setBehaviour(behaviour: Partial<Behaviour>): Promise<Behaviour>;
  clock(): Promise<Clock>;
  moveClock(move: { advanceMs?: number; to?: number | string; rate?: number }): Promise<Clock>;
  advanceClock(ms: number): Promise<Clock>;
  /** Invalidates every access token of the world; refresh tokens stay valid. */
  killTokens(): Promise<void>;
  sims(query?: SimQuery): Promise<WireSim[]>;
  /** Merges wire fields into a SIM as the SIM API returns it; `$remove` names fields to omit. */
  patchSim(iccid: string, fields: Record<string, unknown> & { $remove?: string[] }): Promise<WireSim>;
  addSims(count: number): Promise<WireSim[]>;
  removeSim(iccid: string): Promise<void>;
  remove(): Promise<void>;
}

/** URL of the sandbox that the tests share. */
export function sandboxOrigin(): string {
  const origin = process.env.SANDBOX_ORIGIN;
  if (origin === undefined) throw new Error('No sandbox is running; Jest starts it in its global setup');
  return origin;
}

/** Creates a world for one test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const origin = sandboxOrigin();
  const { id } = await control<{ id: string }>('POST', `${origin}/_sandbox/worlds`, options);
  const url = `${origin}/_sandbox/worlds/${id}`;
  const get = <T>(resource: string, query: object = {}) =>
    control<T>('GET', `${url}/${resource}${queryText(query)}`);
  const clear = (resource: string) => control<void>('DELETE', `${url}/${resource}`);

  return {
    id,
    username: id,
    password: id,
    origin,
    apiUrl: `${origin}/v1`,
    calls: () => get('calls'),
    clearCalls: () => clear('calls'),
    effects: async (filter) => (await get<{ effects: Effect[] }>('effects', filter)).effects,
    effectCounts: async (filter) =>
      (await get<{ byIccid: Record<string, number> }>('effects', { ...filter, counts: true })).byIccid,
    clearEffects: () => clear('effects'),
    addFaults: async (...faults) =>
      (await control<{ faults: ListedFault[] }>('POST', `${url}/faults`, faults)).faults,
    faults: async () => (await get<{ faults: ListedFault[] }>('faults')).faults,
    clearFaults: () => clear('faults'),
    setBehaviour: (behaviour) => control('PATCH', `${url}/behaviour`, behaviour),
    clock: () => get('clock'),
    moveClock: (move) => control('POST', `${url}/clock`, move),
    advanceClock: (advanceMs) => control('POST', `${url}/clock`, { advanceMs }),
    killTokens: () => clear('tokens'),
    sims: async (query) => (await get<{ sims: WireSim[] }>('sims', query)).sims,
    patchSim: (iccid, fields) => control('PATCH', `${url}/sims/${iccid}`, fields),
    addSims: async (count) => (await control<{ sims: WireSim[] }>('POST', `${url}/sims`, { count })).sims,
    removeSim: (iccid) => clear(`sims/${iccid}`),
    remove: () => control('DELETE', url),
  };
}

async function control<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function queryText(query: object): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
  return text.size === 0 ? '' : `?${text}`;
}
