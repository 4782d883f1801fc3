import { Args, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { Access } from '../common/access.ts';
import { Cost } from '../common/field-cost.ts';
import { MonthArgs } from '../common/month.args.ts';
import { nullIf } from '../common/null-if-missing.ts';
import type { Context } from '../context.ts';
import { Account, AccountBalance } from './account.type.ts';

@Resolver(() => Account)
export class AccountResolver {
  @Access({ scopes: ['READ'] })
  @Query(() => Account, { nullable: true, description: 'The 1oT account that this gateway uses.' })
  account(): Account {
    return {};
  }

  @Access({ scopes: ['COST'], coversAccount: true })
  @Cost({ calls: 1 })
  @FieldResolver(() => AccountBalance, {
    nullable: true,
    description:
      'Data used and money owed in one month, by default this month. If the account has no history in that month: null with the error NO_BALANCE_HISTORY, or null without an error if nullIfMissing is true.',
  })
  async balance(
    @Args(() => MonthArgs) { month, nullIfMissing }: MonthArgs,
    @Ctx() { loaders, thisMonth }: Context,
  ): Promise<AccountBalance | null> {
    const asked = month ?? thisMonth;
    const balance = await nullIf('NO_BALANCE_HISTORY', nullIfMissing, loaders.account.balance(asked));
    return balance && { ...balance, month: asked };
  }

  @Access({ scopes: ['READ'] })
  @Cost({ calls: 1 })
  @FieldResolver(() => [String], {
    nullable: true,
    description:
      'Names of the eSIM profiles that the account can download. Null with the error FEATURE_NOT_ENABLED if the account has not ordered eSIM.',
  })
  availableProfiles(@Ctx() { loaders }: Context): Promise<readonly string[]> {
    return loaders.account.availableProfiles();
  }
}
