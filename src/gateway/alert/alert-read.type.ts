import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('MarkAlertsReadPayload', {
  description: 'Result of markAlertsRead.',
  simpleResolvers: true,
})
export class MarkAlertsReadPayload {
  @Field(() => Int, { description: 'Number of alerts that were unread and are now marked as read.' })
  marked!: number;
}
