/** A call that reached the SIM API of a world. */
interface Call {
  /** Real time, epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Below `/v1`. */
  readonly path: string;
  /** As it came, but for secrets; cut where it is very long. */
  readonly query: string;
  /** How many SIMs it named. */
  readonly sims: number;
  /** How many calls were open as it came, itself among them. */
  readonly inFlight: number;
  /** Null while no whole answer was given, and for good where the connection was cut. */
  httpStatus: number | null;
  /** Only where the answer was an error of the SIM API. */
  errorCode?: string;
}

/** What became of all calls since the log was last cleared. */
interface CallReport {
  readonly total: number;
  readonly byPath: Readonly<Record<string, number>>;
  readonly maxInFlight: number;
  /** The last ones, oldest first. */
  readonly calls: readonly Call[];
}

/** Counts the calls to a world. */
export interface CallLog {
  /** Counts a call; `closed` is to be called once when its connection is done with it. */
  open(call: Omit<Call, 'inFlight' | 'httpStatus'>): { readonly call: Call; closed(): void };
  report(): CallReport;
  clear(): void;
}

const KEPT_CALLS = 20_000;
const KEPT_QUERY_LENGTH = 1000;

/** Gives an empty call log: exact counters, and the last 20,000 calls. */
export function createCallLog(): CallLog {
  let total = 0;
  let byPath = new Map<string, number>();
  let stored: Call[] = [];
  let open = 0;
  let maxInFlight = 0;

  return {
    open(details) {
      open++;
      maxInFlight = Math.max(maxInFlight, open);
      total++;
      byPath.set(details.path, (byPath.get(details.path) ?? 0) + 1);
      const call: Call = { ...details, query: shortened(details.query), inFlight: open, httpStatus: null };
      stored.push(call);
      if (stored.length >= 2 * KEPT_CALLS) stored = stored.slice(-KEPT_CALLS);
      return {
        call,
        closed() {
          open--;
        },
      };
    },
    report: () => ({
      total,
      byPath: Object.fromEntries(byPath),
      maxInFlight,
      calls: stored.slice(-KEPT_CALLS),
    }),
    clear() {
      total = 0;
      byPath = new Map();
      stored = [];
      maxInFlight = open;
    },
  };
}

/** A thousand ICCIDs are 20 KB; copied through a buffer, as a slice would keep the whole text alive. */
function shortened(query: string): string {
  if (query.length <= KEPT_QUERY_LENGTH) return query;
  return `${Buffer.from(query.slice(0, KEPT_QUERY_LENGTH)).toString()}…`;
}
