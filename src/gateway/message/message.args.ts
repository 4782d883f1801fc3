import { Field, InputType } from 'type-graphql';
import { SimRef } from '../sim/sim-ref.type.ts';

/** An SMS to many SIMs. */
@InputType('SendSmsInput', { description: 'An SMS to up to 1000 SIMs.' })
export class SendSmsInput {
  @Field(() => [SimRef], { description: '1 to 1000. A SIM named twice, by whatever key, gets one SMS.' })
  sims!: SimRef[];

  @Field(() => String, { description: 'The text, 1 to 1530 characters: ten parts of an SMS.' })
  text!: string;
}
