import { Field, Int, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Money } from '../common/money.type.ts';
import { DateTime, SafeInt, YearMonthScalar } from '../common/scalars.ts';

@ObjectType('SimCost', { description: 'Cost of one SIM in one month.', simpleResolvers: true })
export class SimCost implements SimApi.SimCost {
  @Field(() => YearMonthScalar, { description: 'The month, in UTC.' })
  month!: SimApi.YearMonth;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the data plan that the SIM was billed by. Null if the SIM API gives none.',
  })
  dataPlan!: string | null;

  @Field(() => SafeInt, { description: 'Bytes used in the month.' })
  usedBytes!: number;

  @Field(() => Money, { description: 'Cost of these bytes.' })
  cost!: SimApi.Money;

  iccid!: string;
}

/** Data used against the limit; the usage itself is read only if it is selected. */
@ObjectType('SimDataUsage', {
  description: 'Data used this month (UTC), compared with the monthly limit.',
  simpleResolvers: true,
})
export class SimDataUsage {
  @Field(() => Int, {
    nullable: true,
    description: 'The monthly limit in megabytes of 1 000 000 bytes. Null if there is none.',
  })
  limitMegabytes!: number | null;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'The limit in bytes: limitMegabytes x 1 000 000. Null if there is none.',
  })
  limitBytes!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the SIM API last updated the usage. Null if it never did.',
  })
  updatedAt!: Date | null;

  iccid!: string;
}
