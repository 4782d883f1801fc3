import { Args, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { Cost } from '../common/field-cost.ts';
import { MonthArgs } from '../common/month.args.ts';
import { nullIf } from '../common/null-if-missing.ts';
import type { Context } from '../context.ts';
import { Account, AccountBalance } from './account.type.ts';

/** The account. */
@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account, { nullable: true, description: 'The account behind the gateway.' })
  account(): Account {
    return {};
  }

  @Cost({ calls: 1 })
  @FieldResolver(() => AccountBalance, {
    nullable: true,
    description: "One month's balance, this month by default; NO_BALANCE_HISTORY where there is none.",
  })
  async balance(
    @Args(() => MonthArgs) { month, nullIfMissing }: MonthArgs,
    @Ctx() { loaders, thisMonth }: Context,
  ): Promise<AccountBalance | null> {
    const asked = month ?? thisMonth;
    const balance = await nullIf('NO_BALANCE_HISTORY', nullIfMissing, loaders.account.balance(asked));
    return balance && { ...balance, month: asked };
  }

  @Cost({ calls: 1 })
  @FieldResolver(() => [String], {
    nullable: true,
    description: 'eSIM profiles the account may download; FEATURE_NOT_ENABLED where eSIM is not ordered.',
  })
  availableProfiles(@Ctx() { loaders }: Context): Promise<readonly string[]> {
    return loaders.account.availableProfiles();
  }
}
