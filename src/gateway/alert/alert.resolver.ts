import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Account } from '../account/account.type.ts';
import { Access } from '../common/access.ts';
import { Cost } from '../common/field-cost.ts';
import { windowOf } from '../common/paging.ts';
import type { Context } from '../context.ts';
import { SimGroup } from '../group/group.type.ts';
import { Sim } from '../sim/sim.type.ts';
import { AlertsArgs } from './alert.args.ts';
import type { AlertQuery } from './alert.loader.ts';
import { Alert, AlertConnection } from './alert.type.ts';

const field = {
  nullable: true,
  description: 'Alerts, newest first. A read never marks an alert as read; markAlertsRead does.',
};

const queryOf = ({ unreadOnly, ...page }: AlertsArgs): AlertQuery => ({ unreadOnly, window: windowOf(page) });

@Resolver(() => Alert)
export class AlertResolver {
  @FieldResolver(() => Sim, {
    nullable: true,
    description:
      'The SIM of the alert. Null if the alert names no SIM, or if the SIM is no longer in the account.',
  })
  async sim(@Root() { iccid }: Alert, @Ctx() { loaders }: Context): Promise<Sim | null> {
    return iccid === null ? null : loaders.sims.byIccidOrNull(iccid);
  }
}

@Resolver(() => Sim)
export class SimAlertResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => AlertConnection, field)
  alerts(
    @Root() { iccid }: Sim,
    @Args(() => AlertsArgs) args: AlertsArgs,
    @Ctx() { loaders }: Context,
  ): Promise<AlertConnection> {
    return loaders.alerts.ofSim(iccid, queryOf(args));
  }
}

@Resolver(() => SimGroup)
export class GroupAlertResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => AlertConnection, field)
  alerts(
    @Root() { name }: SimGroup,
    @Args(() => AlertsArgs) args: AlertsArgs,
    @Ctx() { loaders }: Context,
  ): Promise<AlertConnection> {
    return loaders.alerts.ofGroup(name, queryOf(args));
  }
}

@Resolver(() => Account)
export class AccountAlertResolver {
  @Access({ scopes: ['READ'], coversAccount: true })
  @Cost({ calls: 1 })
  @FieldResolver(() => AlertConnection, field)
  alerts(@Args(() => AlertsArgs) args: AlertsArgs, @Ctx() { loaders }: Context): Promise<AlertConnection> {
    return loaders.alerts.ofAccount(queryOf(args));
  }
}
