import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../common/access.ts';
import { scopesOfList } from '../common/argument-rules.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { SimGroup } from '../group/group.type.ts';
import { SimFilter } from '../sim/sim-filter.type.ts';
import { FleetSummary } from './fleet.type.ts';

@Resolver(() => FleetSummary)
export class FleetResolver {
  @Access({ scopes: ['READ'], ofArguments: scopesOfList })
  @Query(
    () => FleetSummary,
    nullOnlyWithError(
      'Counts of the SIMs of the account that match the filter, from the fleet index: no call of the SIM API. FEATURE_NOT_ENABLED if the gateway keeps no index; STORE_UNAVAILABLE if the database does not answer.',
    ),
  )
  async fleet(
    @Arg('filter', () => SimFilter, {
      nullable: true,
      description: 'Only SIMs that match; all SIMs if null.',
    })
    filter: SimFilter | null,
    @Ctx() { fleet, estimate }: Context,
  ): Promise<FleetSummary> {
    const summary = await fleet.summary(filter ?? null);
    estimate.checkGroups(summary.byGroup.length);
    return summary;
  }
}

@Resolver(() => SimGroup)
export class GroupFleetResolver {
  @FieldResolver(
    () => FleetSummary,
    nullOnlyWithError('Counts of the SIMs of the group, as in the query fleet.'),
  )
  fleet(@Root() { name }: SimGroup, @Ctx() { fleet }: Context): Promise<FleetSummary> {
    return fleet.groupSummary(name);
  }
}
