import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../common/access.ts';
import { reachOfBulkOperation, scopesOfBulkOperation } from '../common/argument-rules.ts';
import { Cost } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { StartBulkOperationInput } from './bulk.args.ts';
import { ChangePreview } from './preview.type.ts';

/** Codes without a call: TRANSITION_NOT_ALLOWED, SIM_NOT_FOUND, BAD_USER_INPUT and UPSTREAM_UNAVAILABLE. */
const maxCodes = 4;

@Resolver()
export class PreviewResolver {
  @Cost({ calls: 1, listSize: maxCodes })
  @Access({
    scopes: ['CONTROL', 'SMS', 'CLOSE'],
    ofArguments: scopesOfBulkOperation,
    reachOfArguments: reachOfBulkOperation,
  })
  @Query(
    () => ChangePreview,
    nullOnlyWithError(
      'Counts what startBulkOperation would do with the same input; nothing is sent or recorded. idempotencyKey and waitUntilSettled have no effect, and expectedCount is optional also for CLOSE. The SIMs come from the fleet index; those that it does not have are read from the SIM API. QUERY_TOO_COMPLEX if that takes more than QUERY_MAX_UPSTREAM_CALLS calls; OVERLOADED if more than 10 previews wait; otherwise the errors of startBulkOperation.',
    ),
  )
  previewChange(
    @Arg('input', () => StartBulkOperationInput, { description: 'The input for startBulkOperation.' })
    input: StartBulkOperationInput,
    @Ctx() { preview }: Context,
  ): Promise<ChangePreview> {
    return preview.of(input);
  }
}
