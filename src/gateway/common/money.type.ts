import { Field, Float, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';

@ObjectType('Money', { description: 'An amount of money as the SIM API billed it.', simpleResolvers: true })
export class Money implements SimApi.Money {
  @Field(() => Float, { description: 'The amount, in the main unit of the currency.' })
  amount!: number;

  @Field(() => String, { description: 'ISO 4217 code of the currency, for example EUR.' })
  currency!: string;
}
