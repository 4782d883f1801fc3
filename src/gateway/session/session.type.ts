import { Field, ID, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { connectionOf } from '../common/connection.ts';
import { Money } from '../common/money.type.ts';
import { DateTime, SafeInt } from '../common/scalars.ts';

/** A data session, with the fields that `sim-api` decodes. */
@ObjectType('DataSession', {
  description: 'One data session of one SIM: a period during which its device was connected for data.',
  simpleResolvers: true,
})
class DataSession implements SimApi.DataSession {
  @Field(() => ID, { description: 'Id of the session in the SIM API.' })
  id!: string;

  @Field(() => DateTime, { description: 'When the session began.' })
  startedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Country of the network. Null if the SIM API gives none.',
  })
  country!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 3166-1 alpha-3 code of the country, for example EST. Null if the SIM API gives none.',
  })
  countryCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Operator of the network. Null if the SIM API gives none.',
  })
  operator!: string | null;

  @Field(() => SafeInt, { description: 'Bytes used in the session; can be 0.' })
  usedBytes!: number;

  @Access({ scopes: ['COST'] })
  @Field(() => Money, { nullable: true, description: 'Cost of the session. Null if the SIM API gives none.' })
  cost!: SimApi.Money | null;
}

@ObjectType('DataSessionConnection', {
  description: 'Relay connection: a page of data sessions.',
  simpleResolvers: true,
})
export class DataSessionConnection extends connectionOf('DataSession', () => DataSession) {}
