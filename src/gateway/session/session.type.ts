import { Field, ID, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { connectionOf } from '../common/connection.ts';
import { Money } from '../common/money.type.ts';
import { DateTime, SafeInt } from '../common/scalars.ts';

/** A data session, of the very shape the wire gave it. */
@ObjectType('DataSession', {
  description: 'One data session of one SIM: once that its device was connected for data.',
  simpleResolvers: true,
})
class DataSession implements SimApi.DataSession {
  @Field(() => ID, { description: "The SIM API's id of the session." })
  id!: string;

  @Field(() => DateTime, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Country of the network.' })
  country!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of that country, ISO 3166-1 alpha-3: for example EST.',
  })
  countryCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Operator of the network.' })
  operator!: string | null;

  @Field(() => SafeInt, { description: 'Bytes carried; a session may have carried none.' })
  usedBytes!: number;

  @Field(() => Money, { nullable: true, description: 'What it cost; null where the SIM API does not say.' })
  cost!: SimApi.Money | null;
}

/** A page of sessions. */
@ObjectType('DataSessionConnection', {
  description: 'Relay connection: a page of a list.',
  simpleResolvers: true,
})
export class DataSessionConnection extends connectionOf('DataSession', () => DataSession) {}
