import { Field, InputType } from 'type-graphql';
import { SimRef } from '../sim/sim-ref.type.ts';

@InputType('SendSmsInput', { description: 'An SMS to up to 1000 SIMs.' })
export class SendSmsInput {
  @Field(() => [SimRef], {
    description:
      '1 to 1000 SIMs. A SIM that is named twice, by any of its keys, gets one SMS. TOO_MANY_SIMS above 1000.',
  })
  sims!: SimRef[];

  @Field(() => String, { description: 'The text, 1 to 1530 characters (up to ten SMS parts).' })
  text!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own key for this message, 1 to 255 visible ASCII characters. For 24 hours, the same key with the same arguments returns the first answer again, and nothing is sent. With other arguments it is IDEMPOTENCY_CONFLICT. If nothing was sent, and every error is retryable, UPSTREAM_BAD_REQUEST or UPSTREAM_AUTH_FAILED, then a repeat with the same key sends the message.',
  })
  idempotencyKey?: string | null;
}
