import type { GatewayError } from '../../errors/index.ts';
import { assumedGroups } from './field-cost.ts';

/** The cost estimate of a running operation, to be repeated when the real number of groups is known. */
export class OperationEstimate {
  private refusalFor: (groups: number) => GatewayError | undefined = () => undefined;

  /** Sets the function that estimates the operation for an account with `groups` groups. */
  begin(refusalFor: (groups: number) => GatewayError | undefined): void {
    this.refusalFor = refusalFor;
  }

  /** Estimates the operation again if the account has more groups than assumed. Errors: QUERY_TOO_COMPLEX. */
  checkGroups(groups: number): void {
    const refusal = groups > assumedGroups ? this.refusalFor(groups) : undefined;
    if (refusal !== undefined) throw refusal;
  }
}
