import { Field, ID, InputType } from 'type-graphql';
import { EID, ICCID } from '../common/scalars.ts';

/** Names one SIM by exactly one of its keys; `schema.ts` makes it a oneOf input. */
@InputType('SimRef', { description: 'Names one SIM: give exactly one field.' })
export class SimRef {
  @Field(() => ICCID, { nullable: true, description: 'ICCID of the SIM.' })
  iccid?: string;

  @Field(() => EID, {
    nullable: true,
    description:
      'EID of an eUICC. BAD_USER_INPUT if several SIMs of the account have it: name one of them by its ICCID.',
  })
  eid?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Global id of the SIM: Sim.id. BAD_USER_INPUT if it is not the id of a SIM.',
  })
  id?: string;
}
