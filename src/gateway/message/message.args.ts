import { Field, InputType } from 'type-graphql';
import { IdempotencyKey } from '../common/idempotency-key.ts';
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

  @IdempotencyKey()
  idempotencyKey?: string | null;
}
