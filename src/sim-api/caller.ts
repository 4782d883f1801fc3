import type { Cancellation } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import { type ApiRequest, type SimKeyName, targetOf, tokenOperation, tokenPath } from './endpoints.ts';
import type { Requester } from './joined-call.ts';
import type { JoinedReads } from './joined-reads.ts';
import type { Dispatch } from './layers/layer.ts';
import type { HttpAnswer } from './layers/transport.ts';
import { type BeforeSend, type CallTrace, PendingCall, type Schedule } from './pending-call.ts';
import type { Sim } from './wire/sim.wire.ts';

/** Options for all calls of one trace. */
export interface CallTerms {
  /** Ends reads whose answer is no longer needed; changes ignore it. */
  readonly cancellation?: Cancellation | undefined;
  /** The rate limiter of calls that no client waits for. */
  readonly schedule?: Schedule | undefined;
  /** True for reads that no client waits for: they bisect timeouts, too, to find the SIM that causes them. */
  readonly canWait?: boolean;
  /** Tenant of the request: its reads may share calls with other requests of this tenant. Undefined: they share none. */
  readonly tenant?: string | undefined;
  /** Several requests share these calls, and each reads again alone if a call has no answer. */
  readonly isJoined?: boolean;
  /** Called with all SIMs that are read. */
  readonly onSimsRead?: OnSimsRead | undefined;
}

/**
 * Receives SIMs as they are read. `absent`: ICCIDs that were requested and do not exist. `askedAtMs`: when the read began, by the monotonic
 * clock.
 */
export type OnSimsRead = (sims: readonly Sim[], absent: readonly string[], askedAtMs: number) => void;

/** What all calls of an account share. */
export interface AccountCalls {
  readonly dispatch: Dispatch<unknown>;
  readonly joinedReads: JoinedReads;
  readonly deadlineMs: number;
  readonly stopping: Cancellation;
  readonly clock: Clock;
}

/** Makes the calls of one trace. */
export class Caller {
  constructor(
    private readonly account: AccountCalls,
    readonly trace: CallTrace,
    private readonly terms: CallTerms,
  ) {}

  get canWait(): boolean {
    return this.terms.canWait ?? false;
  }

  get requester(): Requester {
    return { trace: this.trace, cancellation: this.terms.cancellation };
  }

  get clock(): Clock {
    return this.account.clock;
  }

  /** The joined reads of the account and the tenant whose requests may share them; undefined if this trace shares none. */
  get joined(): { readonly reads: JoinedReads; readonly tenant: string } | undefined {
    const { tenant } = this.terms;
    return tenant === undefined ? undefined : { reads: this.account.joinedReads, tenant };
  }

  /** Makes the same calls and shares none of them. */
  get alone(): Caller {
    return this.for(this.requester);
  }

  /** Makes calls for a requester and shares none of them. */
  for({ trace, cancellation }: Requester, isJoined = false): Caller {
    return new Caller(this.account, trace, { ...this.terms, cancellation, tenant: undefined, isJoined });
  }

  /** Reads what belongs to no list of SIMs. Identical reads of the tenant that were not sent yet share one call. Errors: SimApiFailure. */
  async read(request: ApiRequest, keyName?: SimKeyName, keys?: readonly string[]): Promise<unknown> {
    const { joined, requester, alone } = this;
    if (joined === undefined) return this.call(request, keyName, keys);
    const [answer] = await joined.reads.read({
      operation: request.operation,
      kind: `${joined.tenant}\n${targetOf(request, keyName, keys)}`,
      keys: [],
      limits: { maxKeys: 0, maxBytes: 0 },
      requester,
      alone: () => alone.call(request, keyName, keys),
      together: (_, shared) => this.for(shared).call(request, keyName, keys),
      causeOf: () => 'no key',
      isUncertain: () => false,
    });
    return answer;
  }

  /**
   * Makes one call of the SIM API; one kind of key names its SIMs. `isProbe` disables retries. Errors: SimApiFailure; TooLong if the call
   * names several SIMs.
   */
  call(
    request: ApiRequest,
    keyName?: SimKeyName,
    keys: readonly string[] = [],
    { beforeSend, isProbe = false }: { readonly beforeSend?: BeforeSend; readonly isProbe?: boolean } = {},
  ): Promise<unknown> {
    const { operation, method } = request;
    const { dispatch, deadlineMs, stopping, clock } = this.account;
    const { schedule, cancellation, isJoined = false } = this.terms;
    const options = {
      operation,
      method,
      target: targetOf(request, keyName, keys),
      keys,
      trace: this.trace,
      deadlineMs,
      isProbe,
      isJoined,
      beforeSend,
      schedule,
      stopping,
      cancellation: method === 'GET' ? cancellation : undefined,
    };
    return dispatch(new PendingCall(options, clock));
  }
}

/**
 * Creates the function that posts a form to the token endpoint. Such a call has a separate deadline and retries, because its answer serves
 * many calls.
 */
export function createTokenPost({
  dispatch,
  deadlineMs,
  stopping,
  clock,
}: Omit<AccountCalls, 'dispatch' | 'joinedReads'> & { readonly dispatch: Dispatch<HttpAnswer> }): (
  form: Readonly<Record<string, string>>,
) => Promise<HttpAnswer> {
  return (form) => {
    const options = {
      operation: tokenOperation,
      method: 'POST',
      target: tokenPath,
      body: new URLSearchParams(form).toString(),
      keys: [],
      trace: { requestId: tokenOperation, upstreamCalls: 0, sharedCalls: 0, unreadableItems: 0 },
      deadlineMs,
      isProbe: false,
      isJoined: false,
      stopping,
      cancellation: undefined,
    } as const;
    return dispatch(new PendingCall(options, clock));
  };
}
