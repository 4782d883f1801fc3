import { Field, Int, ObjectType } from 'type-graphql';
import { EID, ICCID } from '../common/scalars.ts';
import { SimError } from '../errors/error.type.ts';
import { type SimOutcome, SimOutcomeEnum } from './sim-payload.type.ts';

@ObjectType('SimResult', { description: 'Outcome of a change for one SIM.', simpleResolvers: true })
export class SimResult {
  @Field(() => ICCID, {
    nullable: true,
    description: 'ICCID of the SIM, also if it was named by another key. Null if the key leads to no SIM.',
  })
  iccid!: string | null;

  @Field(() => EID, {
    nullable: true,
    description: 'EID that named the SIM. Null if it was named by another key.',
  })
  eid!: string | null;

  @Field(() => SimOutcomeEnum, { description: 'Outcome of the change.' })
  outcome!: SimOutcome;

  @Field(() => SimError, {
    nullable: true,
    description: 'Why the SIM is FAILED, UNKNOWN or NOT_SENT. Null if the outcome is SUCCEEDED.',
  })
  error!: SimError | null;
}

@ObjectType('SimsPayload', {
  description:
    'Result of a mutation that changes up to 1000 SIMs. A refusal of one SIM is data in its result, so that the results of the others are not lost.',
  simpleResolvers: true,
})
export class SimsPayload {
  @Field(() => [SimResult], {
    description:
      'One result for each entry of input.sims, in the same order. A SIM that is named twice has two results.',
  })
  results!: SimResult[];

  @Field(() => Int, {
    description: 'Number of SIMs with the outcome SUCCEEDED; a SIM that is named twice counts once.',
  })
  succeeded!: number;

  @Field(() => Int, {
    description: 'Number of SIMs with the outcome FAILED; a SIM that is named twice counts once.',
  })
  failed!: number;

  @Field(() => Int, {
    description: 'Number of SIMs with the outcome UNKNOWN; a SIM that is named twice counts once.',
  })
  unknown!: number;

  @Field(() => Int, {
    description: 'Number of SIMs with the outcome NOT_SENT; a SIM that is named twice counts once.',
  })
  notSent!: number;
}
