import { Field, ID, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { connectionOf } from '../common/connection.ts';
import { DateTime, ICCID } from '../common/scalars.ts';

/** An alert, of the very shape the wire gave it. */
@ObjectType('Alert', { description: 'An alert that the account set up for its SIMs.', simpleResolvers: true })
export class Alert implements SimApi.Alert {
  @Field(() => ID, { description: "The SIM API's id of the alert." })
  id!: string;

  @Field(() => String, { description: 'What set it off, in the words of the SIM API.' })
  trigger!: string;

  @Field(() => DateTime, { description: 'When it was raised.' })
  raisedAt!: Date;

  @Field(() => Boolean, { description: 'Whether it was marked as read.' })
  isRead!: boolean;

  @Field(() => ICCID, { description: 'ICCID of the SIM that it is about.' })
  iccid!: string;
}

/** A page of alerts. */
@ObjectType('AlertConnection', { description: 'Relay connection: a page of a list.', simpleResolvers: true })
export class AlertConnection extends connectionOf('Alert', () => Alert) {}
