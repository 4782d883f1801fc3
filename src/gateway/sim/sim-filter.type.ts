import { Field, Float, InputType } from 'type-graphql';
import type { SimFilter as IndexFilter } from '../../fleet-index/index.ts';
import type { OfflineReason, SimState } from '../../sim-api/index.ts';
import { DateTime, ICCID, SafeInt } from '../common/scalars.ts';
import { OfflineReasonEnum, SimStateEnum } from './sim-state.type.ts';

/**
 * A filter of SIMs. A field without a condition in the index does not compile: it would match every SIM.
 */
@InputType('SimFilter', {
  description:
    'A SIM matches if all given conditions hold. A list holds if the SIM has any of its values, at most 1000; an empty list matches no SIM. A condition that is null or missing is ignored. Limits of a filter together with the filters in it: 5000 values in lists, 50 filters in or and not, 5 levels deep.',
})
export class SimFilter implements Pick<IndexFilter, keyof SimFilter> {
  @Field(() => [ICCID], { nullable: true, description: 'SIMs with one of these ICCIDs.' })
  iccids?: string[] | null;

  @Field(() => [SimStateEnum], {
    nullable: true,
    description: 'SIMs in one of these states. A SIM in transition counts as in the target state.',
  })
  states?: SimState[] | null;

  @Field(() => [OfflineReasonEnum], {
    nullable: true,
    description:
      'SIMs that are OFFLINE for one of these reasons, as in Sim.offlineReason. A SIM in transition to OFFLINE counts as OFFLINE; isTransitioning: false excludes it.',
  })
  offlineReasons?: OfflineReason[] | null;

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

  @Field(() => SafeInt, {
    nullable: true,
    description:
      'SIMs that have used at least this number of bytes this month (UTC). From 0. A SIM whose usage is not known does not match.',
  })
  usedBytesAtLeast?: number | null;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      'SIMs that have used at most this number of bytes this month (UTC). From 0. A SIM whose usage is not known does not match.',
  })
  usedBytesAtMost?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'SIMs that have used at least this share of their data limit this month (UTC), in percent, from 0 to 1 000 000. A SIM without a limit does not match.',
  })
  usedPercentAtLeast?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: SIMs that have used more than their data limit this month (UTC). False: all others, also SIMs without a limit.',
  })
  overDataLimit?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'SIMs that have cost at least this amount this month (UTC), in the currency of the account, from 0 to 1 000 000 000. A SIM whose cost is not known does not match.',
  })
  costAtLeast?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: SIMs that have never reached a network: lastNetworkActivityAt is null. False: SIMs that have.',
  })
  neverConnected?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'SIMs that last reached a network before this time. A SIM that never did does not match; neverConnected finds it.',
  })
  lastNetworkActivityBefore?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'SIMs that last reached a network after this time.',
  })
  lastNetworkActivityAfter?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: SIMs that never had a data session: lastDataSessionAt is null. False: SIMs that had one.',
  })
  neverHadDataSession?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'SIMs whose last data session was before this time. A SIM that never had one does not match; neverHadDataSession finds it.',
  })
  lastDataSessionBefore?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'SIMs whose last data session was after this time.' })
  lastDataSessionAfter?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'SIMs whose status, group, name or another parameter last changed before this time. A SIM for which the SIM API gives no such time does not match.',
  })
  lastModifiedBefore?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'SIMs whose status, group, name or another parameter last changed after this time.',
  })
  lastModifiedAfter?: Date | null;

  @Field(() => [SimFilter], {
    nullable: true,
    description:
      'SIMs that match any of these filters; an empty list matches no SIM. The other conditions must hold too.',
  })
  or?: SimFilter[] | null;

  @Field(() => SimFilter, {
    nullable: true,
    description:
      'SIMs that do not match this filter, including SIMs that have no value for a condition in it: not { usedPercentAtLeast: 80 } matches SIMs without a limit too. The other conditions must hold too.',
  })
  not?: SimFilter | null;
}
