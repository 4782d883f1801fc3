import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { badUserInput, checkText } from '../../errors/index.ts';
import type * as SimApi from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { reachOfAlerts } from '../common/argument-rules.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { type AlertScope, MarkAlertsReadInput } from './alert.args.ts';
import { MarkAlertsReadPayload } from './alert-read.type.ts';

@Resolver()
export class AlertReadResolver {
  @Access({ scopes: ['CONTROL'], reachOfArguments: reachOfAlerts })
  @Mutation(
    () => MarkAlertsReadPayload,
    nullOnlyWithError(
      'Marks all unread alerts of a SIM, a group or the account as read. No other field marks alerts. OUTCOME_UNKNOWN if the SIM API does not answer; it is safe to repeat, with another idempotency key.',
    ),
  )
  async markAlertsRead(
    @Arg('input', () => MarkAlertsReadInput, { description: 'Which alerts to mark.' })
    { scope, idempotencyKey }: MarkAlertsReadInput,
    @Ctx() { loaders, actions }: Context,
  ): Promise<MarkAlertsReadPayload> {
    return { marked: await actions.alerts.markRead(await scopeOf(scope, loaders), idempotencyKey) };
  }
}

async function scopeOf(
  { sim, group, wholeAccount }: AlertScope,
  { sims }: Context['loaders'],
): Promise<SimApi.AlertScope> {
  if (sim != null) return { iccid: await sims.iccidOf(sim, 'scope.sim') };
  if (group === '') throw badUserInput('scope.group', 'must not be empty');
  if (group != null) {
    checkText('scope.group', group);
    return { group };
  }
  if (wholeAccount !== true) throw badUserInput('scope.wholeAccount', 'must be true if it is given');
  return { account: true };
}
