import type { Clock } from '../base/clock.ts';
import { type CallTrace, monthOf, type SimApiClient, type YearMonth } from '../sim-api/index.ts';
import { type ActionLimits, type Actions, createActions } from './actions.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { createLookAhead, type LookAhead } from './look-ahead.ts';

/** What resolvers get: two doors to the SIM API, one to read, one to write. */
export interface Context {
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly actions: Actions;
  /** Counts the upstream calls made for this request. */
  readonly trace: CallTrace;
  /** The month that is meant where none is named, the same for all fields of the request. */
  readonly thisMonth: YearMonth;
  /** Starts reads that the selection below SIMs will need. */
  readonly lookAhead: LookAhead;
}

/** What the contexts of all requests are made from. */
export interface ContextSource {
  readonly client: SimApiClient;
  readonly clock: Clock;
  readonly limits: ActionLimits;
}

/** The context of one request. `signal` ends its reads when nobody waits for the answer any more. */
export function createContext(
  { client, clock, limits }: ContextSource,
  requestId: string,
  signal?: AbortSignal,
): Context {
  const trace: CallTrace = { requestId, upstreamCalls: 0, unreadableItems: 0, ...(signal && { signal }) };
  const simApi = client.forTrace(trace);
  const loaders = createLoaders(simApi, clock);
  const thisMonth = monthOf(clock.now());
  return {
    requestId,
    loaders,
    actions: createActions(simApi, loaders, limits),
    trace,
    thisMonth,
    lookAhead: createLookAhead(loaders, thisMonth),
  };
}
