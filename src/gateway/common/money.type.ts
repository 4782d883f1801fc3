import { Field, Float, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';

/** An amount of money. */
@ObjectType('Money', { description: 'An amount of money as the upstream billed it.', simpleResolvers: true })
export class Money implements SimApi.Money {
  @Field(() => Float, { description: 'The amount, in the main unit of the currency.' })
  amount!: number;

  @Field(() => String, { description: 'ISO 4217, for example EUR.' })
  currency!: string;
}
