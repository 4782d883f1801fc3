import { ArgsType, Field } from 'type-graphql';
import type { YearMonth } from '../../sim-api/index.ts';
import { YearMonthScalar } from '../common/scalars.ts';

/** Which month's cost, and what a SIM without history is answered with. */
@ArgsType()
export class CostArgs {
  @Field(() => YearMonthScalar, {
    nullable: true,
    description: 'The month in UTC; the present one by default.',
  })
  month?: YearMonth | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: where there is no history, null without an error.',
  })
  nullIfMissing!: boolean;
}
