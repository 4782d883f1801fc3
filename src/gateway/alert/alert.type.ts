import { Field, ID, ObjectType } from 'type-graphql';
import type * as SimApi from '../../sim-api/index.ts';
import { connectionOf } from '../common/connection.ts';
import { DateTime, ICCID } from '../common/scalars.ts';

/** An alert, with the fields that `sim-api` decodes. */
@ObjectType('Alert', {
  description:
    'An alert, raised by a rule that the account set up. It is about one SIM, unless the SIM API names none.',
  simpleResolvers: true,
})
export class Alert implements SimApi.Alert {
  @Field(() => ID, { description: 'Id of the alert in the SIM API.' })
  id!: string;

  @Field(() => String, { description: 'The reason for the alert, as the SIM API words it.' })
  trigger!: string;

  @Field(() => DateTime, { description: 'When the alert was raised.' })
  raisedAt!: Date;

  @Field(() => Boolean, { description: 'True if the alert is marked as read.' })
  isRead!: boolean;

  @Field(() => ICCID, {
    nullable: true,
    description: 'ICCID of the SIM of the alert. Null if the SIM API names no SIM, or no valid ICCID.',
  })
  iccid!: string | null;
}

@ObjectType('AlertConnection', { description: 'Relay connection: a page of alerts.', simpleResolvers: true })
export class AlertConnection extends connectionOf('Alert', () => Alert) {}
