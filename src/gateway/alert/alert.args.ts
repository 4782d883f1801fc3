import { ArgsType, Field, InputType } from 'type-graphql';
import { ForwardArgs } from '../common/forward.args.ts';
import { IdempotencyKey } from '../common/idempotency-key.ts';
import { SimRef } from '../sim/sim-ref.type.ts';

/** Arguments of a list of alerts. */
@ArgsType()
export class AlertsArgs extends ForwardArgs {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: only alerts that are not marked as read.',
  })
  unreadOnly!: boolean;
}

/** A scope of alerts; `schema.ts` makes it a oneOf input. */
@InputType('AlertScope', {
  description: 'The alerts of a SIM, a group or the account: give exactly one field.',
})
export class AlertScope {
  @Field(() => SimRef, { nullable: true, description: 'The alerts of this SIM.' })
  sim?: SimRef;

  @Field(() => String, { nullable: true, description: 'The alerts of the SIMs in the group with this name.' })
  group?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: all alerts of the account. False is BAD_USER_INPUT.',
  })
  wholeAccount?: boolean;
}

@InputType('MarkAlertsReadInput', { description: 'Which alerts to mark as read.' })
export class MarkAlertsReadInput {
  @Field(() => AlertScope, { description: 'The SIM, the group or the account.' })
  scope!: AlertScope;

  @IdempotencyKey()
  idempotencyKey?: string | null;
}
