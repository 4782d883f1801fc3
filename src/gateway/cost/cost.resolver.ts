import { Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { MonthArgs } from '../common/month.args.ts';
import { nullIf } from '../common/null-if-missing.ts';
import { SafeInt } from '../common/scalars.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimCost, SimDataUsage } from './cost.type.ts';

const bytesPerMegabyte = 1_000_000;

/** What a SIM costs and uses. */
@Resolver(() => Sim)
export class SimCostResolver {
  @FieldResolver(() => SimCost, {
    nullable: true,
    description:
      "One month's cost, this month by default. No history: null and NO_COST_HISTORY, or just null with nullIfMissing.",
  })
  cost(
    @Root() { iccid }: Sim,
    @Ctx() { loaders, thisMonth }: Context,
    @Args(() => MonthArgs) { month, nullIfMissing }: MonthArgs,
  ): Promise<SimCost | null> {
    return nullIf('NO_COST_HISTORY', nullIfMissing, loaders.costs.ofSim(iccid, month ?? thisMonth));
  }

  @FieldResolver(() => SimDataUsage, { description: 'Data used this month, and the monthly limit.' })
  dataUsage(@Root() { iccid, dataLimitMegabytes, usageUpdatedAt }: Sim): SimDataUsage {
    return {
      iccid,
      limitMegabytes: dataLimitMegabytes,
      limitBytes: dataLimitMegabytes === null ? null : dataLimitMegabytes * bytesPerMegabyte,
      updatedAt: usageUpdatedAt,
    };
  }
}

/** What a SIM used this month; null where the SIM API has no history of it. */
@Resolver(() => SimDataUsage)
export class SimDataUsageResolver {
  @FieldResolver(() => SafeInt, {
    nullable: true,
    description: 'Bytes used this month in UTC; null: no history.',
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
    description: 'Bytes left before the limit. Never below 0; null without a limit.',
  })
  async remainingBytes(@Root() usage: SimDataUsage, @Ctx() context: Context): Promise<number | null> {
    if (usage.limitBytes === null) return null;
    const usedBytes = await this.usedBytes(usage, context);
    return usedBytes === null ? null : Math.max(0, usage.limitBytes - usedBytes);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Used share of the limit in percent; may pass 100. Null without a limit.',
  })
  async usedPercent(@Root() usage: SimDataUsage, @Ctx() context: Context): Promise<number | null> {
    if (usage.limitBytes === null) return null;
    const usedBytes = await this.usedBytes(usage, context);
    return usedBytes === null ? null : (usedBytes * 100) / usage.limitBytes;
  }
}
