import { ArgsType, Field, InputType } from 'type-graphql';
import { ForwardArgs } from '../common/forward.args.ts';
import { SimRef } from '../sim/sim-ref.type.ts';

/** Which alerts. */
@ArgsType()
export class AlertsArgs extends ForwardArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'True: only alerts not yet marked as read.' })
  unreadOnly!: boolean;
}

/** Whose alerts; `schema.ts` makes it a oneOf input. */
@InputType('AlertScope', { description: 'Exactly one scope.' })
export class AlertScope {
  @Field(() => SimRef, { nullable: true, description: "One SIM's alerts." })
  sim?: SimRef;

  @Field(() => String, { nullable: true, description: "The alerts of a group's SIMs, by its name." })
  group?: string;

  @Field(() => Boolean, { nullable: true, description: 'True only.' })
  wholeAccount?: boolean;
}

/** Which alerts to mark as read. */
@InputType('MarkAlertsReadInput', { description: 'Which alerts to mark as read.' })
export class MarkAlertsReadInput {
  @Field(() => AlertScope, { description: 'Whose alerts.' })
  scope!: AlertScope;
}
