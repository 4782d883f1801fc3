import type { YearMonth } from './year-month.ts';

/** A request of the SIM API without its SIMs. */
export interface ApiRequest {
  /** Upstream path without its leading slash; names the endpoint in errors and logs. */
  readonly operation: string;
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  /** A parameter that is undefined is left out. */
  readonly parameters: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** Settings that correct the rows which docs/sim-api.md marks as inferred. */
export interface InferredRows {
  /** Path of the change to ACTIVE_READY. Default `/active_ready`. */
  readonly activeReadyPath: string;
  /** Path of the IMEI lock. Default `/set_imei_lock`. */
  readonly imeiLockPath: string;
  /** Parameter that carries true or false to the IMEI lock. Default `lock`. */
  readonly imeiLockParameter: string;
  /** Value of `limit` that removes a data limit. Default `0`. */
  readonly unlimitedDataLimit: string;
}

export type SimKeyName = 'iccid' | 'eid';

export interface AlertFlags {
  readonly unreadOnly: boolean;
  /** Marks the alerts in the answer as read. */
  readonly markRead: boolean;
}

const get = (path: string, parameters: ApiRequest['parameters'] = {}): ApiRequest => ({
  operation: path.slice(1),
  method: 'GET',
  path,
  parameters,
});

export const put = (path: string, parameters: ApiRequest['parameters'] = {}): ApiRequest => ({
  ...get(path, parameters),
  method: 'PUT',
});

const inMonth = (month: YearMonth) => ({ month: Number(month.slice(5)), year: Number(month.slice(0, 4)) });

/** Public clients spell these flags differently, so both spellings are sent. */
const withFlags = ({ unreadOnly, markRead }: AlertFlags) => ({
  unread: unreadOnly,
  only_unread: unreadOnly,
  markRead,
  mark_as_read: markRead,
});

/** The SIM API may read a smaller value as seconds (docs/sim-api.md "Times"). No session began that early. */
const firstInstantMs = 1e11;
const fromThenOn = (instant: Date) => Math.max(firstInstantMs, instant.getTime());

/** All reads: the only place with their paths and parameter names. Source: docs/sim-api.md "Reads". */
export const reads = {
  sims: (offset?: number) => get('/get_sims', { offset }),
  accountSims: (offset: number) => get('/get_account_sims', { offset }),
  groupSims: (group: string, offset: number) => get('/get_group_sims', { group, offset }),
  accountGroups: () => get('/get_account_groups'),
  accountBalance: (month: YearMonth) => get('/get_account_balance', inMonth(month)),
  simCost: (month: YearMonth) => get('/get_sim_cost', inMonth(month)),
  simCosts: (month: YearMonth) => get('/get_sim_costs', inMonth(month)),
  simSessions: (from: Date, to: Date, offset: number) =>
    get('/get_sim_sessions', { from: fromThenOn(from), to: fromThenOn(to), offset }),
  accountAlerts: (flags: AlertFlags, offset: number) =>
    get('/get_account_alerts', { ...withFlags(flags), offset }),
  groupAlerts: (group: string, flags: AlertFlags, offset: number) =>
    get('/get_group_alerts', { group, ...withFlags(flags), offset }),
  simAlerts: (flags: AlertFlags, offset: number) => get('/get_sim_alerts', { ...withFlags(flags), offset }),
  diagnostics: () => get('/diagnostics'),
  availableProfiles: () => get('/get_available_profiles'),
} as const;

/** Path of the token endpoint, the only POST. Source: docs/sim-api.md "Token". */
export const tokenPath = '/oauth/token';
/** Name of the token endpoint in errors and logs. */
export const tokenOperation = 'oauth/token';

/**
 * Returns the request target of a call: path and query. All parameters are in the query, also those of a change. SIM keys are one list with
 * raw commas: `%2C` would take two more bytes for each SIM.
 */
export function targetOf(request: ApiRequest, keyName?: SimKeyName, keys: readonly string[] = []): string {
  const { path, parameters } = request;
  let target = path;
  for (const name in parameters) {
    const value = parameters[name];
    if (value !== undefined) target += `${separator(target, path)}${name}=${encoded(value)}`;
  }
  return keyName === undefined ? target : `${target}${separator(target, path)}${keyName}=${listed(keys)}`;
}

const separator = (target: string, path: string) => (target === path ? '?' : '&');

/** Encodes a value for a query. A lone surrogate, which has no encoding, becomes U+FFFD. */
function encoded(value: string | number | boolean): string {
  return typeof value === 'string' ? encodeURIComponent(Buffer.from(value).toString()) : String(value);
}

/** The keys, separated by commas. ICCIDs and EIDs are digits, which need no encoding. */
function listed(keys: readonly string[]): string {
  return (onlyDigits.test(keys.join('')) ? keys : keys.map(encodeURIComponent)).join(',');
}

const onlyDigits = /^\d*$/;
