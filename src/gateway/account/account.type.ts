import { Field, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Money } from '../common/money.type.ts';
import { SafeInt, YearMonthScalar } from '../common/scalars.ts';

/** The account; resolvers add all of its fields. */
@ObjectType('Account', { description: 'The 1oT account that this gateway uses.' })
export class Account {}

@ObjectType('AccountBalance', {
  description: 'Data used and money owed by the account in one month.',
  simpleResolvers: true,
})
export class AccountBalance implements SimApi.AccountBalance {
  @Field(() => YearMonthScalar, { description: 'The month, in UTC.' })
  month!: SimApi.YearMonth;

  @Field(() => SafeInt, { description: 'Bytes that all SIMs used in the month.' })
  usedBytes!: number;

  @Field(() => Money, { description: 'Cost of these bytes.' })
  cost!: SimApi.Money;
}
