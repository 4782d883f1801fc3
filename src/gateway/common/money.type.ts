import { Field, Float, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';

/** An amount of money. */
@ObjectType('Money', { description: 'An amount of money as the SIM API billed it.', simpleResolvers: true })
export class Money implements SimApi.Money {
  @Field(() => Float, { description: 'The amount, in the main unit of the currency.' })
  amount!: number;

  @Field(() => String, { description: 'Code of the currency, ISO 4217: for example EUR.' })
  currency!: string;
}
