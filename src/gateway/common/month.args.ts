import { ArgsType, Field } from 'type-graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { NullIfMissingArgs } from './null-if-missing.ts';
import { YearMonthScalar } from './scalars.ts';

/** Which month, and what is answered where it has no history. */
@ArgsType()
export class MonthArgs extends NullIfMissingArgs {
  @Field(() => YearMonthScalar, {
    nullable: true,
    description: 'The month in UTC; the present one by default.',
  })
  month?: YearMonth | null;
}
