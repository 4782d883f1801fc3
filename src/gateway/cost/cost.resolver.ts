import { Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { MonthArgs } from '../common/month.args.ts';
import { nullIf } from '../common/null-if-missing.ts';
import { SafeInt } from '../common/scalars.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimCost, SimDataUsage } from './cost.type.ts';

const bytesPerMegabyte = 1_000_000;

@Resolver(() => Sim)
export class SimCostResolver {
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
  async usedBytes(
    @Root() { iccid }: SimDataUsage,
    @Ctx() { loaders, thisMonth }: Context,
  ): Promise<number | null> {
    const cost = await nullIf('NO_COST_HISTORY', true, loaders.costs.ofSim(iccid, thisMonth));
    return cost?.usedBytes ?? null;
  }

  @FieldResolver(() => SafeInt, {
    nullable: true,
    description: 'Bytes left until the limit, at least 0. Null without a limit or without history.',
  })
  async remainingBytes(@Root() usage: SimDataUsage, @Ctx() context: Context): Promise<number | null> {
    if (usage.limitBytes === null) return null;
    const usedBytes = await this.usedBytes(usage, context);
    return usedBytes === null ? null : Math.max(0, usage.limitBytes - usedBytes);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Used share of the limit in percent; it can exceed 100. Null without a limit or without history.',
  })
  async usedPercent(@Root() usage: SimDataUsage, @Ctx() context: Context): Promise<number | null> {
    if (usage.limitBytes === null) return null;
    const usedBytes = await this.usedBytes(usage, context);
    return usedBytes === null ? null : (usedBytes * 100) / usage.limitBytes;
  }
}
