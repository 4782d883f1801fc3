import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../common/enum.ts';
import { ICCID } from '../common/scalars.ts';
import { SimError } from '../errors/error.type.ts';

/** What became of a change of one SIM. */
const simOutcomes = ['SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'] as const;
export type SimOutcome = (typeof simOutcomes)[number];

/** SimOutcome as GraphQL has it. */
export const SimOutcomeEnum: Record<SimOutcome, SimOutcome> = enumOf(simOutcomes);
registerEnumType(SimOutcomeEnum, {
  name: 'SimOutcome',
  description: 'What became of a change of one SIM.',
  valuesConfig: {
    SUCCEEDED: {
      description:
        'The SIM API accepted the change, or the SIM was so already. A state change may still be under way.',
    },
    FAILED: { description: 'Refused; see the error. Nothing was changed.' },
    UNKNOWN: {
      description:
        'No clear answer came, and reading the SIM back settled nothing (an SMS may have gone out). Nothing is sent again.',
    },
    NOT_SENT: {
      description:
        'Never tried: the operation was cancelled, or reached its limit of calls of the SIM API, before this SIM.',
    },
  },
});

/** What became of the change of one SIM that was not refused. */
@ObjectType('SimPayload', {
  description: 'One SIM. A refusal is a GraphQL error with extensions, and the payload is null.',
  simpleResolvers: true,
})
export class SimPayload {
  @Field(() => ICCID, { description: 'The SIM, by whatever key it was named.' })
  iccid!: string;

  @Field(() => SimOutcomeEnum, { description: 'SUCCEEDED or UNKNOWN.' })
  outcome!: SimOutcome;

  @Field(() => SimError, {
    nullable: true,
    description:
      'Why the outcome is UNKNOWN, with what the SIM API said, if it answered; null when it is SUCCEEDED.',
  })
  error!: SimError | null;
}
