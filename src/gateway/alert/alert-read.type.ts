import { Field, Int, ObjectType } from 'type-graphql';

/** How many alerts were marked. */
@ObjectType('MarkAlertsReadPayload', {
  description: 'How many alerts were unread and are read now.',
  simpleResolvers: true,
})
export class MarkAlertsReadPayload {
  @Field(() => Int, { description: 'Alerts that were unread and are read now.' })
  marked!: number;
}
