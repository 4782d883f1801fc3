import { GatewayError } from '../../errors/index.ts';
import type { CallTrace } from '../../sim-api/index.ts';

/** Calls of the SIM API that the previews of one request may still make. */
export class CallBudget {
  constructor(
    private readonly maxCalls: number,
    /** Counts the calls of the request. */
    private readonly trace: Pick<CallTrace, 'upstreamCalls'>,
  ) {}

  /** Errors: QUERY_TOO_COMPLEX if that many calls are not left. */
  require(calls: number): void {
    const total = this.trace.upstreamCalls + calls;
    if (total <= this.maxCalls) return;
    throw new GatewayError('QUERY_TOO_COMPLEX', {
      message: `Reading the SIMs for the preview takes ${total} calls of the SIM API or more, and at most ${this.maxCalls} are allowed (QUERY_MAX_UPSTREAM_CALLS): name fewer SIMs, or preview a filter`,
    });
  }
}
