import { Cancellation } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type Account, createAccount } from './account.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { type Batches, createBatches } from './batches.ts';
import { type AccountCalls, Caller, type CallTerms, createTokenPost } from './caller.ts';
import { type Control, createControl } from './control.ts';
import { type Costs, createCosts } from './costs.ts';
import { createDiagnostics, type DiagnosticsReads } from './diagnostics.ts';
import type { InferredRows } from './endpoints.ts';
import { JoinedReads } from './joined-reads.ts';
import { createTransport } from './layers/transport.ts';
import { createLogin } from './login.ts';
import type { CallTrace } from './pending-call.ts';
import { createPipeline } from './pipeline.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSims, type Sims } from './sims.ts';
import { createTokenSource } from './token.ts';
import { createTokenSeal } from './token-seal.ts';
import { createTokenSharing, notShared, type TokenRows } from './token-sharing.ts';

/** The SIM API for one trace, one property per noun. */
export interface SimApi {
  readonly sims: Sims;
  readonly costs: Costs;
  readonly sessions: Sessions;
  readonly alerts: Alerts;
  readonly diagnostics: DiagnosticsReads;
  readonly account: Account;
  readonly control: Control;
}

export interface SimApiOptions {
  /** With the version and without a trailing slash, for example `https://api.1ot.mobi/v1`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** 1 to 1000. Default 1000, the limit of the SIM API. */
  readonly maxSimsPerCall: number;
  /** Maximum SIMs in one SMS call. Default 1: with more, the refusal of one SIM leaves the outcome of all unknown. */
  readonly smsSimsPerCall: number;
  /** Maximum length of path and query. Raise it if nothing between the gateway and the SIM API limits it to 8 KB. */
  readonly maxUrlBytes: number;
  /** For one try, the body of the answer included. */
  readonly timeoutMs: number;
  /** For all tries of a call and the waits between them. */
  readonly deadlineMs: number;
  /** Maximum concurrent calls. */
  readonly concurrency: number;
  readonly inferred: InferredRows;
}

/** A client of one account. All requests share its connections, token, limits and breakers. */
export interface SimApiClient {
  /** Returns the SIM API for one trace, which counts its calls. */
  forTrace(trace: CallTrace, terms?: CallTerms): SimApi;
  /** Logs in unless there is a valid token. Errors: Unreachable, Garbled. */
  logIn(): Promise<void>;
  /** Closes all connections; running calls fail. */
  stop(): Promise<void>;
}

/** Creates a client that connects on first use. With `tokenRows` it shares its token with other gateways. */
export function createSimApiClient(
  options: SimApiOptions,
  clock: Clock,
  log: Log,
  tokenRows: TokenRows | null = null,
): SimApiClient {
  const { deadlineMs, concurrency } = options;
  const stopping = new Cancellation();
  // One connection more than calls: calls may be waiting for a token.
  const transport = createTransport(options.url, concurrency + 1, options.timeoutMs);
  const pipeline = createPipeline(transport, options, clock, log);
  const postForm = createTokenPost({ dispatch: pipeline.tokenCalls, deadlineMs, stopping, clock });
  const seal = createTokenSeal(options.password, `${options.url}\n${options.username}`);
  const sharing = tokenRows === null ? notShared : createTokenSharing(tokenRows, seal, clock);
  const tokens = createTokenSource(createLogin(postForm, options, clock), sharing, clock);
  const joinedReads = new JoinedReads(concurrency, clock);
  const calls = { dispatch: pipeline.apiCalls(tokens), joinedReads, deadlineMs, stopping, clock };
  const batches = createBatches(
    { ...options, basePathBytes: new URL(options.url).pathname.length },
    clock,
    log,
  );

  return {
    forTrace: (trace, terms = {}) => new TracedSimApi(options, calls, batches, trace, terms),
    async logIn() {
      if (tokens.current() === undefined) await tokens.renew();
    },
    stop() {
      // In this order and at once: running exchanges do not listen to `stopping`.
      stopping.cancel();
      return transport.stop();
    },
  };
}

/** Creates a noun at each access: most requests use one or two of them, once. */
class TracedSimApi implements SimApi {
  private readonly caller: Caller;

  constructor(
    private readonly options: SimApiOptions,
    private readonly calls: AccountCalls,
    private readonly batches: Batches,
    trace: CallTrace,
    private readonly terms: CallTerms,
  ) {
    this.caller = new Caller(calls, trace, terms);
  }

  get sims(): Sims {
    return createSims(this.caller, this.batches, this.calls.clock, this.terms.onSimsRead);
  }
  get costs(): Costs {
    return createCosts(this.caller, this.batches);
  }
  get sessions(): Sessions {
    return createSessions(this.caller);
  }
  get alerts(): Alerts {
    return createAlerts(this.caller);
  }
  get diagnostics(): DiagnosticsReads {
    return createDiagnostics(this.caller);
  }
  get account(): Account {
    return createAccount(this.caller);
  }
  get control(): Control {
    const { inferred, smsSimsPerCall } = this.options;
    return createControl(this.caller, this.batches, inferred, smsSimsPerCall);
  }
}
