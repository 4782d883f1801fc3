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

/** The SIM API, a property per noun, as one request of ours sees it. */
export interface SimApi {
  readonly sims: Sims;
  readonly costs: Costs;
  readonly sessions: Sessions;
  readonly alerts: Alerts;
  readonly diagnostics: DiagnosticsReads;
  readonly account: Account;
  readonly control: Control;
}

/** Everything the client can be told. */
export interface SimApiOptions {
  /** With its version and no slash behind it, for example `https://api.1ot.mobi/v1`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** 1 to 1000. Default 1000, as the SIM API allows. */
  readonly maxSimsPerCall: number;
  /** SIMs of one SMS call. Default 1: who raises it accepts that a refusal of one leaves the outcome of all unknown. */
  readonly smsSimsPerCall: number;
  /** Longest path and query sent. Raise it where nothing between the gateway and the SIM API limits it to 8 KB. */
  readonly maxUrlBytes: number;
  /** For one try, its body included. */
  readonly timeoutMs: number;
  /** For all tries of a call and the waits between them. */
  readonly deadlineMs: number;
  /** Calls under way at a time. */
  readonly concurrency: number;
  readonly inferred: InferredRows;
}

/** A client of one account; its connections, token, limits and breakers serve all requests. */
export interface SimApiClient {
  /** The SIM API for one trace, which counts the calls made for it. */
  forTrace(trace: CallTrace, terms?: CallTerms): SimApi;
  /** Logs in unless a token is at hand. Errors: Unreachable, Garbled. */
  logIn(): Promise<void>;
  /** Ends all connections; calls still under way fail. */
  stop(): Promise<void>;
}

/** A client of the SIM API. Opens connections when it is first used. Shares its token with other gateways by `tokenRows`. */
export function createSimApiClient(
  options: SimApiOptions,
  clock: Clock,
  log: Log,
  tokenRows: TokenRows | null = null,
): SimApiClient {
  // One connection more than calls allowed, for the token they may be waiting for.
  const stopping = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, stopping.signal);
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
