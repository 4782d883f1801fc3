/** How a world answers where the contract leaves it open; docs/sandbox.md tells of each one. */
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
}

/** Which calls a fault strikes, and how often. */
interface FaultTarget {
  /** A path such as `/get_sims`; `*` is every one but `/oauth/token`. */
  path: string;
  method?: 'GET' | 'PUT' | 'POST';
  /** Only calls that name this SIM. */
  iccid?: string;
  /** Absent: for ever. */
  times?: number;
  /** So many matching calls pass first. */
  skip?: number;
}

/** What goes wrong; `acts` tells whether the call is carried out all the same. */
export type FaultKind =
  | { kind: 'delay'; ms: number; acts?: boolean }
  | { kind: 'hang' | 'reset' | 'cut' | 'garbage' | 'empty' | 'html' | 'unauthorized'; acts?: boolean }
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string>; acts?: boolean }
  | { kind: 'error'; code: string; acts?: boolean }
  | { kind: 'drip'; ms?: number; acts?: boolean }
  | { kind: 'tooManyRequests'; retryAfter?: string | number; acts?: boolean }
  | { kind: 'tamper'; omit?: string[]; duplicate?: string[]; foreign?: true };

/** A fault to be added to a world. */
type Fault = FaultTarget & FaultKind;

/** A fault in force. */
type ListedFault = Fault & { id: number; matched: number; hits: number };

/** A call that the SIM API of a world received. */
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

/** The calls that the SIM API of a world received since they were last cleared. */
interface CallReport {
  total: number;
  byPath: Record<string, number>;
  maxInFlight: number;
  calls: Call[];
}

/** A change carried out on one SIM. */
interface Effect {
  at: number;
  path: string;
  iccid: string;
  params: Record<string, string>;
}

/** A SIM as the SIM API tells of it. */
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

/** What a world is made with; absent: 100 SIMs, the ten special ones among them, and a clock that runs as the real one. */
export interface WorldOptions {
  id?: string;
  sims?: number;
  seed?: string;
  special?: boolean;
  behaviour?: Partial<Behaviour>;
  clock?: { startAt?: number | string; rate?: number };
}

/** Which SIMs are looked for; the empty text asks for SIMs without a group or without a secondary status. */
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
  /** Where its SIM API is, `/v1` included. */
  readonly apiUrl: string;
  calls(): Promise<CallReport>;
  clearCalls(): Promise<void>;
  effects(filter?: { path?: string; iccid?: string }): Promise<Effect[]>;
  /** How often each SIM was changed. */
  effectCounts(filter?: { path?: string; iccid?: string }): Promise<Record<string, number>>;
  clearEffects(): Promise<void>;
  addFaults(...faults: Fault[]): Promise<ListedFault[]>;
  faults(): Promise<ListedFault[]>;
  clearFaults(): Promise<void>;
  setBehaviour(behaviour: Partial<Behaviour>): Promise<Behaviour>;
  clock(): Promise<Clock>;
  moveClock(move: { advanceMs?: number; to?: number | string; rate?: number }): Promise<Clock>;
  advanceClock(ms: number): Promise<Clock>;
  /** Kills every access token of the world; what renews them stays good. */
  killTokens(): Promise<void>;
  sims(query?: SimQuery): Promise<WireSim[]>;
  /** Merges wire fields into what the SIM API says of a SIM; `$remove` names fields to be missing. */
  patchSim(iccid: string, fields: Record<string, unknown> & { $remove?: string[] }): Promise<WireSim>;
  addSims(count: number): Promise<WireSim[]>;
  removeSim(iccid: string): Promise<void>;
  remove(): Promise<void>;
}

/** Where the sandbox is that the tests share. */
export function sandboxOrigin(): string {
  const origin = process.env.SANDBOX_ORIGIN;
  if (origin === undefined) throw new Error('No sandbox runs; jest starts it in its global setup');
  return origin;
}

/** Makes a world of its own for a test. */
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
