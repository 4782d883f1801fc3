import { Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { Access } from '../common/access.ts';
import { Known } from '../common/known-value.ts';
import { MonthArgs } from '../common/month.args.ts';
import { isMissing, nullIf } from '../common/null-if-missing.ts';
import { SafeInt } from '../common/scalars.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimCost, SimDataUsage } from './cost.type.ts';

const bytesPerMegabyte = 1_000_000;

@Resolver(() => Sim)
export class SimCostResolver {
  @Access({ scopes: ['COST'] })
  @Known(({ iccid }: Sim, { month, nullIfMissing }: MonthArgs, { loaders, thisMonth }) => {
    const cost = loaders.costs.known(iccid, month ?? thisMonth);
    return nullIfMissing && isMissing('NO_COST_HISTORY', cost) ? null : cost;
  })
  @FieldResolver(() => SimCost, {
    nullable: true,
    description:
      'Cost of the SIM in one month, by default this month. If the SIM has no history in that month: null with the error NO_COST_HISTORY, or null without an error if nullIfMissing is true.',
  })
  cost(
    @Root() { iccid }: Sim,
    @Ctx() { loaders, thisMonth }: Context,
    @Args(() => MonthArgs) { month, nullIfMissing }: MonthArgs,
  ): Promise<SimCost | null> {
    return nullIf('NO_COST_HISTORY', nullIfMissing, loaders.costs.ofSim(iccid, month ?? thisMonth));
  }

  @FieldResolver(() => SimDataUsage, { description: 'Data used this month (UTC), and the monthly limit.' })
  dataUsage(@Root() { iccid, dataLimitMegabytes, usageUpdatedAt }: Sim): SimDataUsage {
    return {
      iccid,
      limitMegabytes: dataLimitMegabytes,
      limitBytes: dataLimitMegabytes === null ? null : dataLimitMegabytes * bytesPerMegabyte,
      updatedAt: usageUpdatedAt,
    };
  }
}

/** Usage of this month; null if the SIM API has no history. */
@Resolver(() => SimDataUsage)
export class SimDataUsageResolver {
  @FieldResolver(() => SafeInt, {
    nullable: true,
    description: 'Bytes used this month (UTC). Null if the SIM has no history.',
  })
  usedBytes(@Root() usage: SimDataUsage, @Ctx() context: Context): MaybeRead {
    return ofUsedBytes(usage, context, (usedBytes) => usedBytes);
  }

  @FieldResolver(() => SafeInt, {
    nullable: true,
    description: 'Bytes left until the limit, at least 0. Null without a limit or without history.',
  })
  remainingBytes(@Root() usage: SimDataUsage, @Ctx() context: Context): MaybeRead {
    const { limitBytes } = usage;
    if (limitBytes === null) return null;
    return ofUsedBytes(usage, context, (usedBytes) => Math.max(0, limitBytes - usedBytes));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Used share of the limit in percent; it can exceed 100. Null without a limit or without history.',
  })
  usedPercent(@Root() usage: SimDataUsage, @Ctx() context: Context): MaybeRead {
    const { limitBytes } = usage;
    if (limitBytes === null) return null;
    return ofUsedBytes(usage, context, (usedBytes) => (usedBytes * 100) / limitBytes);
  }
}

/** A number, null without history, an Error if the cost could not be read; a promise of them if it must be read first. */
type MaybeRead = number | null | Error | Promise<number | null>;

/** Applies `each` to the bytes used this month; null without history. */
function ofUsedBytes(
  { iccid }: SimDataUsage,
  { loaders, thisMonth }: Context,
  each: (usedBytes: number) => number,
): MaybeRead {
  const known = loaders.costs.known(iccid, thisMonth);
  if (isMissing('NO_COST_HISTORY', known)) return null;
  if (known instanceof Error) return known;
  if (known !== undefined) return each(known.usedBytes);
  const cost = nullIf('NO_COST_HISTORY', true, loaders.costs.ofSim(iccid, thisMonth));
  return cost.then((read) => (read === null ? null : each(read.usedBytes)));
}
