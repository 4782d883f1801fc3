import { GatewayError } from '../../errors/index.ts';

/** Calls of the SIM API that the previews of one request may still make. */
export class CallBudget {
  private spent = 0;

  constructor(private readonly maxCalls: number) {}

  /** Errors: QUERY_TOO_COMPLEX if that many calls are not left. */
  spend(calls: number): void {
    this.spent += calls;
    if (this.spent <= this.maxCalls) return;
    throw new GatewayError('QUERY_TOO_COMPLEX', {
      message: `Reading the SIMs for the preview takes ${this.spent} calls of the SIM API or more, and at most ${this.maxCalls} are allowed (QUERY_MAX_UPSTREAM_CALLS): name fewer SIMs, or preview a filter`,
    });
  }
}
