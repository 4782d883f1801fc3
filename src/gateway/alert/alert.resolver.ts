import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Account } from '../account/account.type.ts';
import { Cost } from '../common/field-cost.ts';
import { windowOf } from '../common/paging.ts';
import { newestFirst } from '../common/sorted-page.ts';
import type { Context } from '../context.ts';
import { SimGroup } from '../group/group.type.ts';
import { Sim } from '../sim/sim.type.ts';
import { AlertsArgs } from './alert.args.ts';
import { Alert, AlertConnection } from './alert.type.ts';

const field = {
  nullable: true,
  description: 'Alerts, newest first. Reading never marks an alert as read; markAlertsRead does.',
};

async function page(
  args: AlertsArgs,
  read: (unreadOnly: boolean) => Promise<readonly SimApi.Alert[]>,
): Promise<AlertConnection> {
  const window = windowOf(args);
  return newestFirst(await read(args.unreadOnly), window, ({ id, raisedAt }) => ({ id, at: raisedAt }));
}

/** The SIM of an alert. */
@Resolver(() => Alert)
export class AlertResolver {
  @Cost({ calls: 'batched' })
  @FieldResolver(() => Sim, {
    nullable: true,
    description: 'The SIM that it is about. Null when it has left the account.',
  })
  sim(@Root() { iccid }: Alert, @Ctx() { loaders }: Context): Promise<Sim | null> {
    return loaders.sims.byIccidOrNull(iccid);
  }
}

/** Alerts of a SIM. */
@Resolver(() => Sim)
export class SimAlertResolver {
  @Cost({ calls: 'each' })
  @FieldResolver(() => AlertConnection, field)
  alerts(
    @Root() { iccid }: Sim,
    @Args(() => AlertsArgs) args: AlertsArgs,
    @Ctx() { loaders }: Context,
  ): Promise<AlertConnection> {
    return page(args, (unreadOnly) => loaders.alerts.ofSim(iccid, unreadOnly));
  }
}

/** Alerts of a group's SIMs. */
@Resolver(() => SimGroup)
export class GroupAlertResolver {
  @Cost({ calls: 'each' })
  @FieldResolver(() => AlertConnection, field)
  alerts(
    @Root() { name }: SimGroup,
    @Args(() => AlertsArgs) args: AlertsArgs,
    @Ctx() { loaders }: Context,
  ): Promise<AlertConnection> {
    return page(args, (unreadOnly) => loaders.alerts.ofGroup(name, unreadOnly));
  }
}

/** Alerts of all SIMs. */
@Resolver(() => Account)
export class AccountAlertResolver {
  @Cost({ calls: 'once' })
  @FieldResolver(() => AlertConnection, field)
  alerts(@Args(() => AlertsArgs) args: AlertsArgs, @Ctx() { loaders }: Context): Promise<AlertConnection> {
    return page(args, (unreadOnly) => loaders.alerts.ofAccount(unreadOnly));
  }
}
