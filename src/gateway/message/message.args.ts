import { Field, InputType } from 'type-graphql';
import { SimRef } from '../sim/sim-ref.type.ts';

/** An SMS to many SIMs. */
@InputType('SendSmsInput', { description: 'An SMS to up to 1000 SIMs.' })
export class SendSmsInput {
  @Field(() => [SimRef], { description: '1 to 1000. A SIM named twice, by whatever key, gets one SMS.' })
  sims!: SimRef[];

  @Field(() => String, { description: 'The text, 1 to 1530 characters: ten parts of an SMS.' })
  text!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A word of your own for this message, 1 to 255 visible ASCII characters. The same key within 24 hours gives the first answer again, and nothing is sent twice. A key whose request sent nothing is free again if it failed with retryable errors, UPSTREAM_BAD_REQUEST or UPSTREAM_AUTH_FAILED only. With other arguments it is IDEMPOTENCY_CONFLICT.',
  })
  idempotencyKey?: string | null;
}
