/** A call that reached the SIM API of a world. */
interface Call {
  /** Real time, epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Below `/v1`. */
  readonly path: string;
  /** As received, without secrets; cut at 1000 characters. */
  readonly query: string;
  /** Number of SIMs that the call names. */
  readonly sims: number;
  /** Number of open calls when it was received, itself included. */
  readonly inFlight: number;
  /** Null until the answer is complete; it stays null if the connection was cut. */
  httpStatus: number | null;
  /** Present if the answer was an error of the SIM API. */
  errorCode?: string;
}

/** All calls since the log was last cleared. */
interface CallReport {
  readonly total: number;
  readonly byPath: Readonly<Record<string, number>>;
  readonly maxInFlight: number;
  /** The last 20,000 calls, oldest first. */
  readonly calls: readonly Call[];
}

/** Counts and records the calls to a world. */
export interface CallLog {
  /** Counts a call; `closed` must be called once, when the response is closed. */
  open(call: Omit<Call, 'inFlight' | 'httpStatus'>): { readonly call: Call; closed(): void };
  report(): CallReport;
  clear(): void;
}

const MAX_CALLS = 20_000;
const MAX_QUERY_LENGTH = 1000;

/** Creates a call log with exact counters and the last 20,000 calls. */
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
      if (stored.length >= 2 * MAX_CALLS) stored = stored.slice(-MAX_CALLS);
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
      calls: stored.slice(-MAX_CALLS),
    }),
    clear() {
      total = 0;
      byPath = new Map();
      stored = [];
      maxInFlight = open;
    },
  };
}

/** 1000 ICCIDs are 20 KB. Copied through a buffer, because a slice would keep the whole string in memory. */
function shortened(query: string): string {
  if (query.length <= MAX_QUERY_LENGTH) return query;
  return `${Buffer.from(query.slice(0, MAX_QUERY_LENGTH)).toString()}…`;
}
