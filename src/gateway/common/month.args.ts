import { ArgsType, Field } from 'type-graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { NullIfMissingArgs } from './null-if-missing.ts';
import { YearMonthScalar } from './scalars.ts';

/** Arguments of a field that reads the history of one month. */
@ArgsType()
export class MonthArgs extends NullIfMissingArgs {
  @Field(() => YearMonthScalar, {
    nullable: true,
    description: 'The month in UTC; default: the current month.',
  })
  month?: YearMonth | null;
}
