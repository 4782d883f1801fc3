import { Field, Float, InputType } from 'type-graphql';
import type { SimFilter as IndexFilter } from '../../fleet-index/index.ts';
import type { SimState } from '../../sim-api/index.ts';
import { DateTime } from '../common/scalars.ts';
import { SimStateEnum } from './sim-state.type.ts';

/**
 * A filter of SIMs. A field without a condition in the index does not compile: it would match every SIM.
 */
@InputType('SimFilter', {
  description:
    'A SIM matches if all given conditions hold. A list holds if the SIM has any of its values, at most 1000; an empty list matches no SIM. A condition that is null or missing is ignored.',
})
export class SimFilter implements Pick<IndexFilter, keyof SimFilter> {
  @Field(() => [SimStateEnum], {
    nullable: true,
    description: 'SIMs in one of these states. A SIM in transition counts as in the target state.',
  })
  states?: SimState[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: SIMs in transition. False: SIMs that are not in transition.',
  })
  isTransitioning?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'SIMs in one of these groups: exact names, case matters.',
  })
  groups?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: SIMs in no group. False: SIMs in any group.' })
  inNoGroup?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'SIMs whose name, ICCID, MSISDN, IMSI, IMEI or EID contains this text; case does not matter. At most 200 characters.',
  })
  search?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'SIMs of one of these types: exact values of Sim.type, case matters.',
  })
  types?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: eSIMs, which have an EID. False: plain SIMs, which have none.',
  })
  isEsim?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'SIMs that have used at least this share of their data limit this month (UTC), in percent. A SIM without a limit does not match.',
  })
  usedPercentAtLeast?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'SIMs whose last data session was before this time. A SIM that never had one does not match.',
  })
  lastDataSessionBefore?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'SIMs whose last data session was after this time.' })
  lastDataSessionAfter?: Date | null;
}
