import { GatewayError } from '../../errors/index.ts';
import { type AccountSize, assumedGroups } from '../common/field-cost.ts';
import { type CostedOperation, costOf, maxFields } from './operation-cost.ts';
import { refuseRequest } from './refuse-request.ts';
import type { Resolved } from './resolved.ts';

/** Limits of the estimated cost of one operation. */
export interface CostLimits {
  /** Maximum number of objects in the response; ten plain values count as one. */
  readonly maxNodes: number;
  /** Maximum number of calls of the SIM API. */
  readonly maxUpstreamCalls: number;
}

/** Checks an operation before it runs. Errors: QUERY_TOO_COMPLEX if it could cost more than the limits. */
export function checkCost(
  limits: CostLimits,
  { schema, document, operation, request, contextValue }: Resolved,
): void {
  const variables = request.variables ?? {};
  const refusalFor = (groups: number) =>
    refusalOf({ schema, document, operation, variables }, limits, { groups });
  const refusal = refusalFor(assumedGroups);
  if (refusal !== undefined) throw refuseRequest(refusal);
  contextValue.estimate.begin(refusalFor);
}

function refusalOf(
  operation: CostedOperation,
  limits: CostLimits,
  account: AccountSize,
): GatewayError | undefined {
  const refuse = (message: string) => new GatewayError('QUERY_TOO_COMPLEX', { message });
  const cost = costOf(operation, account);
  if (cost === undefined)
    return refuse(`The operation has more than ${maxFields} fields once its fragments are expanded`);
  const { nodes, upstreamCalls } = cost;
  if (nodes > limits.maxNodes)
    return refuse(
      `The operation could answer ${nodes} objects, and at most ${limits.maxNodes} are allowed (QUERY_MAX_NODES; ten plain values count as one object): ask for smaller pages, or for fewer lists inside lists`,
    );
  if (upstreamCalls > limits.maxUpstreamCalls)
    return refuse(
      `The operation could take ${upstreamCalls} calls of the SIM API, and at most ${limits.maxUpstreamCalls} are allowed (QUERY_MAX_UPSTREAM_CALLS): ask for smaller pages, or for fewer fields that take a call for each SIM`,
    );
  return undefined;
}
