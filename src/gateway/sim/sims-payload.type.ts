import { Field, Int, ObjectType } from 'type-graphql';
import { EID, ICCID } from '../common/scalars.ts';
import { SimError } from '../errors/error.type.ts';
import { type SimOutcome, SimOutcomeEnum } from './sim-payload.type.ts';

/** What became of one SIM. */
@ObjectType('SimResult', { description: 'What became of one SIM.', simpleResolvers: true })
export class SimResult {
  @Field(() => ICCID, {
    nullable: true,
    description: 'The SIM, by whatever key it was named; null where the key led to none.',
  })
  iccid!: string | null;

  @Field(() => EID, {
    nullable: true,
    description: 'The EID that named the SIM; null if it was named by another key.',
  })
  eid!: string | null;

  @Field(() => SimOutcomeEnum, { description: 'What became of the change.' })
  outcome!: SimOutcome;

  @Field(() => SimError, { nullable: true, description: 'Null when outcome is SUCCEEDED.' })
  error!: SimError | null;
}

/** What became of many SIMs. */
@ObjectType('SimsPayload', {
  description:
    'Many SIMs: one result for each ref, in order. A refusal is data here, so the others still count.',
  simpleResolvers: true,
})
export class SimsPayload {
  @Field(() => [SimResult], { description: 'One for each ref, in the order of the refs.' })
  results!: SimResult[];

  @Field(() => Int, { description: 'Results with the outcome SUCCEEDED.' })
  succeeded!: number;

  @Field(() => Int, { description: 'Results with the outcome FAILED.' })
  failed!: number;

  @Field(() => Int, { description: 'Results with the outcome UNKNOWN.' })
  unknown!: number;

  @Field(() => Int, { description: 'Results with the outcome NOT_SENT.' })
  notSent!: number;
}
