import { Field, Int, ObjectType } from 'type-graphql';
import type { RefusedSims } from '../../bulk/index.ts';
import type { ErrorCode } from '../../errors/index.ts';
import { DateTime, EID, ICCID } from '../common/scalars.ts';
import { ErrorCodeEnum } from '../errors/error.type.ts';

@ObjectType('PreviewRefusal', {
  description: 'SIMs that the operation refuses with the same code, without a call of the SIM API.',
  simpleResolvers: true,
})
export class PreviewRefusal implements RefusedSims {
  @Field(() => ErrorCodeEnum, {
    description: 'The code that these SIMs get in the results of the operation, for programs.',
  })
  code!: ErrorCode;

  @Field(() => String, { description: 'The message, for people.' })
  message!: string;

  @Field(() => Int, { description: 'Number of these SIMs.' })
  count!: number;

  @Field(() => ICCID, {
    nullable: true,
    description: 'ICCID of one of these SIMs; null if no ICCID of them is known.',
  })
  exampleIccid!: string | null;

  @Field(() => EID, {
    nullable: true,
    description: 'One of the EIDs of the target that lead to no SIM, or to several; null if there are none.',
  })
  exampleEid!: string | null;
}

@ObjectType('ChangePreview', {
  description:
    'What a bulk operation would do with its SIMs. total is alreadyApplied + refused + toSend. The operation reads each SIM again before it sends anything, so a SIM that changes after asOf can make a difference.',
  simpleResolvers: true,
})
export class ChangePreview {
  @Field(() => Int, {
    description:
      'Number of SIMs of the target, each counted once. An EID that leads to no SIM counts as one.',
  })
  total!: number;

  @Field(() => Int, {
    description:
      'Number of SIMs that already are as requested, or in transition to it. They succeed, and nothing is sent for them.',
  })
  alreadyApplied!: number;

  @Field(() => Int, {
    description:
      'Number of SIMs that the operation certainly refuses without a call, for example a change of state of a CLOSED SIM. The SIM API may refuse more.',
  })
  refused!: number;

  @Field(() => [PreviewRefusal], {
    description: 'The refused SIMs by code, the code of most SIMs first.',
  })
  refusals!: readonly PreviewRefusal[];

  @Field(() => Int, { description: 'Number of SIMs for which the change would be sent to the SIM API.' })
  toSend!: number;

  @Field(() => Int, {
    description:
      'Number of SIMs among those of toSend that the SIM API probably refuses because of their state, for example RESUME of a SIM that is LIVE. Each of them can take one call more than upstreamCalls has.',
  })
  likelyRefused!: number;

  @Field(() => Int, {
    description:
      'Number of calls of the SIM API that the operation takes if the SIM API refuses no SIM: reads and changes. The polls of waitUntilSettled come on top. For a group it is an estimate if only some of its SIMs are sent, because it depends on the order of the list.',
  })
  upstreamCalls!: number;

  @Field(() => DateTime, {
    description: 'No SIM was read before this time. The preview of a filter is as old as the fleet index.',
  })
  asOf!: Date;
}
