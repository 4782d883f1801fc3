import { Field, Float, InputType } from 'type-graphql';
import type { SimFilter as IndexFilter } from '../../fleet-index/index.ts';
import type { SimState } from '../../sim-api/index.ts';
import { DateTime } from '../common/scalars.ts';
import { SimStateEnum } from './sim-state.type.ts';

/**
 * Which SIMs are meant; what is null or missing limits nothing. A field that the index has no condition for does not compile: it would
 * match every SIM.
 */
@InputType('SimFilter', {
  description:
    'All given conditions must hold; a list means any of its values, so an empty one fits no SIM. What is null or missing limits nothing.',
})
export class SimFilter implements Pick<IndexFilter, keyof SimFilter> {
  @Field(() => [SimStateEnum], {
    nullable: true,
    description: 'In one of these states. A SIM on its way to a state counts as being in it.',
  })
  states?: SimState[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: a change of state is under way. False: settled.',
  })
  isTransitioning?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'In one of these groups, named in exactly these letters.',
  })
  groups?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: in no group. False: in any.' })
  inNoGroup?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Case-blind part of name, ICCID, MSISDN, IMSI, IMEI or EID.',
  })
  search?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of one of these types, as Sim.type tells it, in exactly these letters.',
  })
  types?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: an eSIM, which has an EID. False: a plain SIM.',
  })
  isEsim?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Has used this share of its data limit this month, in percent, or more. A SIM without a limit never has.',
  })
  usedPercentAtLeast?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Its last data session was before then. A SIM that never had one does not fit.',
  })
  lastDataSessionBefore?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Its last data session was after then.' })
  lastDataSessionAfter?: Date | null;
}
