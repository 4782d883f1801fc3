import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { SimGroup } from '../group/group.type.ts';
import { SimFilter } from '../sim/sim-filter.type.ts';
import { FleetSummary } from './fleet.type.ts';

/** Counts over the fleet. */
@Resolver(() => FleetSummary)
export class FleetResolver {
  @Query(() => FleetSummary, {
    description: 'Counts over all SIMs of the account, or over those that fit. No call of the SIM API.',
  })
  async fleet(
    @Arg('filter', () => SimFilter, { nullable: true, description: 'Only SIMs that fit.' })
    filter: SimFilter | null,
    @Ctx() { fleet, estimate }: Context,
  ): Promise<FleetSummary> {
    const summary = await fleet.summary(filter ?? null);
    estimate.checkGroups(summary.byGroup.length);
    return summary;
  }
}

/** Counts over a group. */
@Resolver(() => SimGroup)
export class GroupFleetResolver {
  @FieldResolver(() => FleetSummary, { description: 'Counts over the SIMs of the group.' })
  fleet(@Root() { name }: SimGroup, @Ctx() { fleet }: Context): Promise<FleetSummary> {
    return fleet.groupSummary(name);
  }
}
