import type { GatewayError } from '../../errors/index.ts';
import { assumedGroups } from './field-cost.ts';

/** The estimate of the operation that a request runs, for what is known only while it runs. */
export class OperationEstimate {
  private refusalFor: (groups: number) => GatewayError | undefined = () => undefined;

  /** Takes what estimates the operation for an account with this many groups. */
  begin(refusalFor: (groups: number) => GatewayError | undefined): void {
    this.refusalFor = refusalFor;
  }

  /** Estimates the operation again, if the account has more groups than it was taken to have. Errors: QUERY_TOO_COMPLEX. */
  checkGroups(groups: number): void {
    const refusal = groups > assumedGroups ? this.refusalFor(groups) : undefined;
    if (refusal !== undefined) throw refusal;
  }
}
