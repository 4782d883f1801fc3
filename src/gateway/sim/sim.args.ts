import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { EID, ICCID } from '../common/scalars.ts';

/** Names one SIM by exactly one of its keys; `schema.ts` makes it a oneOf input. */
@InputType('SimRef', { description: 'Names one SIM by exactly one of its keys.' })
export class SimRef {
  @Field(() => ICCID, { nullable: true, description: 'Its ICCID.' })
  iccid?: string;

  @Field(() => EID, { nullable: true, description: 'Its EID, for an eUICC.' })
  eid?: string;

  @Field(() => ID, { nullable: true, description: 'Its global id, as Sim.id gives it.' })
  id?: string;
}

/** Arguments of a list of SIMs. */
@ArgsType()
export class SimsArgs {
  @Field(() => Int, { nullable: true, description: 'So many SIMs from the start or behind after: 1 to 500.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor behind which the page begins.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'So many SIMs from the end or before before: 1 to 500.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor before which the page ends.' })
  before?: string | null;
}

/** One SIM to be changed. */
@InputType('SimInput', { description: 'One SIM.' })
export class SimInput {
  @Field(() => SimRef, { description: 'The SIM.' })
  sim!: SimRef;
}
