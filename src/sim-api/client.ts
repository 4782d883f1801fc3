import { setMaxListeners } from 'node:events';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type Account, createAccount } from './account.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { createBatches } from './batches.ts';
import { type CallTerms, type CallTrace, createCaller, createTokenPost } from './caller.ts';
import { type Control, createControl } from './control.ts';
import { type Costs, createCosts } from './costs.ts';
import { createDiagnostics, type DiagnosticsReads } from './diagnostics.ts';
import type { InferredRows } from './endpoints.ts';
import { createLogin } from './login.ts';
import { createPipeline } from './pipeline.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSims, type Sims } from './sims.ts';
import { createTokenSource } from './token.ts';
import { createTokenSeal } from './token-seal.ts';
import { createTokenSharing, notShared, type TokenRows } from './token-sharing.ts';
import { createTransport } from './transport.ts';

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
  const stopping = new AbortController();
  // Every running call adds a listener.
  setMaxListeners(0, stopping.signal);
  // One connection more than calls: calls may be waiting for a token.
  const transport = createTransport(options.url, options.concurrency + 1, options.timeoutMs);
  const pipeline = createPipeline(transport.send, options, clock, log);
  const logIn = createLogin(createTokenPost(pipeline, options, stopping.signal, clock), options, clock);
  const seal = createTokenSeal(options.password, `${options.url}\n${options.username}`);
  const sharing = tokenRows === null ? notShared : createTokenSharing(tokenRows, seal, clock);
  const tokens = createTokenSource(logIn, sharing, clock);
  const callFor = createCaller(pipeline, tokens, options, stopping.signal, clock, log);
  const batches = createBatches(
    { ...options, basePathBytes: new URL(options.url).pathname.length },
    clock,
    log,
  );

  return {
    forTrace(trace, terms) {
      const call = callFor(trace, terms);
      return {
        sims: createSims(call, batches, clock, terms?.onSimsRead),
        costs: createCosts(call, batches),
        sessions: createSessions(call),
        alerts: createAlerts(call),
        diagnostics: createDiagnostics(call),
        account: createAccount(call),
        control: createControl(call, batches, options.inferred, options.smsSimsPerCall),
      };
    },
    async logIn() {
      if (tokens.current() === undefined) await tokens.renew();
    },
    stop() {
      stopping.abort();
      return transport.stop();
    },
  };
}
