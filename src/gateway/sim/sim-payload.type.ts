import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../common/enum.ts';
import { ICCID } from '../common/scalars.ts';
import { SimError } from '../errors/error.type.ts';

const simOutcomes = ['SUCCEEDED', 'FAILED', 'UNKNOWN', 'NOT_SENT'] as const;
export type SimOutcome = (typeof simOutcomes)[number];

export const SimOutcomeEnum: Record<SimOutcome, SimOutcome> = enumOf(simOutcomes);
registerEnumType(SimOutcomeEnum, {
  name: 'SimOutcome',
  description: 'Outcome of a change for one SIM.',
  valuesConfig: {
    SUCCEEDED: {
      description:
        'The SIM API accepted the change, or the SIM already was as requested. A change of state may still be in progress: see Sim.pendingState.',
    },
    FAILED: {
      description:
        'The change was refused or could not be made; error has the reason. The SIM is unchanged, except with STATE_NOT_REACHED: its transition ended in another state.',
    },
    UNKNOWN: {
      description:
        'No clear answer came, and a read of the SIM after that did not show the change. The change may have been carried out (an SMS may have been sent), so the gateway does not send it again.',
    },
    NOT_SENT: {
      description:
        'The change of this SIM was not sent: the operation was canceled or is FAILED, the gateway stopped, or the operation used up its calls of the SIM API. You can send it again.',
    },
  },
});

@ObjectType('SimPayload', {
  description:
    'Result of a mutation that changes one SIM. If the change is refused, the payload is null, and the code is in errors[].extensions.',
  simpleResolvers: true,
})
export class SimPayload {
  @Field(() => ICCID, { description: 'ICCID of the SIM, also if it was named by another key.' })
  iccid!: string;

  @Field(() => SimOutcomeEnum, { description: 'SUCCEEDED or UNKNOWN.' })
  outcome!: SimOutcome;

  @Field(() => SimError, {
    nullable: true,
    description:
      'Why the outcome is UNKNOWN, with the error of the SIM API if it answered. Null if the outcome is SUCCEEDED.',
  })
  error!: SimError | null;
}
