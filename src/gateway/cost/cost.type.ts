import { Field, Int, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Money } from '../common/money.type.ts';
import { DateTime, SafeInt, YearMonthScalar } from '../common/scalars.ts';

/** One month's cost of one SIM. */
@ObjectType('SimCost', { description: 'What one SIM cost in one month.', simpleResolvers: true })
export class SimCost implements SimApi.SimCost {
  @Field(() => YearMonthScalar, { description: 'The month.' })
  month!: SimApi.YearMonth;

  @Field(() => String, { nullable: true, description: 'Name of the data plan that the SIM was billed by.' })
  dataPlan!: string | null;

  @Field(() => SafeInt, { description: 'Bytes used in the month.' })
  usedBytes!: number;

  @Field(() => Money, { description: 'What they cost.' })
  cost!: SimApi.Money;

  iccid!: string;
}

/** Data used against the limit; what was used is read only where it is selected. */
@ObjectType('SimDataUsage', {
  description: 'Data used against the limit in the present billing month. Units are in the names.',
  simpleResolvers: true,
})
export class SimDataUsage {
  @Field(() => Int, {
    nullable: true,
    description: 'The monthly limit in megabytes of 1 000 000 bytes. Null: no limit.',
  })
  limitMegabytes!: number | null;

  @Field(() => SafeInt, { nullable: true, description: 'The limit in bytes: limitMegabytes x 1 000 000.' })
  limitBytes!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When the SIM API last counted.' })
  updatedAt!: Date | null;

  iccid!: string;
}
