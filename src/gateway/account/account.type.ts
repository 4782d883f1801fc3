import { Field, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Money } from '../common/money.type.ts';
import { SafeInt, YearMonthScalar } from '../common/scalars.ts';

/** The account; all that is known of it is read by its resolvers. */
@ObjectType('Account', { description: 'The 1oT account behind the gateway.' })
export class Account {}

/** One month's balance. */
@ObjectType('AccountBalance', {
  description: 'What the account used and owes for one month.',
  simpleResolvers: true,
})
export class AccountBalance implements SimApi.AccountBalance {
  @Field(() => YearMonthScalar, { description: 'The month.' })
  month!: SimApi.YearMonth;

  @Field(() => SafeInt, { description: 'Bytes used in the month, by all SIMs.' })
  usedBytes!: number;

  @Field(() => Money, { description: 'What is owed for them.' })
  cost!: SimApi.Money;
}
