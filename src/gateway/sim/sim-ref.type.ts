import { Field, ID, InputType } from 'type-graphql';
import { EID, ICCID } from '../common/scalars.ts';

/** Names one SIM by exactly one of its keys; `schema.ts` makes it a oneOf input. */
@InputType('SimRef', { description: 'Names one SIM by exactly one of its keys.' })
export class SimRef {
  @Field(() => ICCID, { nullable: true, description: 'Its ICCID.' })
  iccid?: string;

  @Field(() => EID, {
    nullable: true,
    description:
      'Its EID, for an eUICC. If several SIMs of the account have it, the answer is BAD_USER_INPUT: name one by its ICCID.',
  })
  eid?: string;

  @Field(() => ID, { nullable: true, description: 'Its global id, as Sim.id gives it.' })
  id?: string;
}
