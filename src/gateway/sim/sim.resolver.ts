import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { availableActions, type SimAction } from '../../sim-api/index.ts';
import { Cost, lengthOf } from '../common/field-cost.ts';
import { simNodeId } from '../common/node-id.ts';
import { windowOf } from '../common/paging.ts';
import { selectedFields } from '../common/selection.ts';
import type { Context } from '../context.ts';
import { SimGroup } from '../group/group.type.ts';
import { SimsArgs } from './sim.args.ts';
import { Sim, SimConnection } from './sim.type.ts';
import { SimActionEnum } from './sim-action.type.ts';
import { SimPayload } from './sim-payload.type.ts';
import { SimRef } from './sim-ref.type.ts';
import { checkRefCount } from './sim-refs.ts';
import { SimResult } from './sims-payload.type.ts';

/** Reads SIMs. */
@Resolver(() => Sim)
export class SimResolver {
  @Query(() => Sim, { nullable: true, description: 'One SIM. Null and SIM_NOT_FOUND when there is none.' })
  sim(
    @Arg('by', () => SimRef, { description: 'Which SIM.' }) by: SimRef,
    @Ctx() { loaders, lookAhead }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Sim> {
    lookAhead(info, loaders.sims.knownIccids([by]));
    return loaders.sims.byRef(by);
  }

  @Cost({ listSize: ({ refs }) => lengthOf(refs) })
  @Query(() => [Sim], {
    nullable: 'items',
    description:
      'Up to 1000 at once, same order and length as refs; each miss is null with SIM_NOT_FOUND at its index.',
  })
  simsByRef(
    @Arg('refs', () => [SimRef], { description: 'Which SIMs, in the order wanted: at most 1000.' })
    refs: SimRef[],
    @Ctx() { loaders, lookAhead }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Sim | Error)[]> {
    checkRefCount('refs', refs);
    lookAhead(info, loaders.sims.knownIccids(refs));
    return loaders.sims.byRefs(refs);
  }

  @Query(() => SimConnection, {
    description:
      "The account's SIMs, filtered and sorted by the gateway's own index of the fleet: no call of the SIM API. first or last, up to 500; 50 where neither is given. Both together are refused.",
  })
  sims(
    @Args(() => SimsArgs) args: SimsArgs,
    @Ctx() { fleet }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SimConnection> {
    return fleet.page(queryOf(args, null, info));
  }

  @FieldResolver(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id(@Root() { iccid }: Sim): string {
    return simNodeId(iccid);
  }

  @FieldResolver(() => [SimActionEnum], {
    description:
      'Actions that make sense now, for enabling buttons; none while a change is under way. Advisory: the SIM API may still answer TRANSITION_NOT_ALLOWED.',
  })
  availableActions(@Root() sim: Sim): readonly SimAction[] {
    return availableActions(sim);
  }
}

/** The SIMs of a group. */
@Resolver(() => SimGroup)
export class GroupSimsResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => SimConnection, {
    nullable: true,
    description: "The group's SIMs, filtered, sorted and paged as by the query sims.",
  })
  async sims(
    @Root() { name }: SimGroup,
    @Args(() => SimsArgs) args: SimsArgs,
    @Ctx() { fleet }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SimConnection> {
    return fleet.page(queryOf(args, name, info));
  }
}

function queryOf({ filter, orderBy, ...page }: SimsArgs, group: string | null, info: GraphQLResolveInfo) {
  const isCounted = selectedFields(info, 'SimConnection').some(({ name }) => name === 'totalCount');
  return { filter: filter ?? null, orderBy: orderBy ?? null, window: windowOf(page), group, isCounted };
}

/** The SIM that was to be changed, as it is now. */
@Resolver(() => SimPayload)
export class SimPayloadResolver {
  @FieldResolver(() => Sim, {
    nullable: true,
    description:
      'The SIM as read back; null, with an error at this path, where that read failed. The change itself stands.',
  })
  sim(@Root() { iccid }: SimPayload, @Ctx() { loaders }: Context): Promise<Sim> {
    return loaders.sims.byIccid(iccid);
  }
}

/** Each of the SIMs that were to be changed, as it is now. */
@Resolver(() => SimResult)
export class SimResultResolver {
  @FieldResolver(() => Sim, {
    nullable: true,
    description: 'The SIM as read back after the change; null if that read failed.',
  })
  async sim(@Root() { iccid }: SimResult, @Ctx() { loaders }: Context): Promise<Sim | null> {
    return iccid === null ? null : loaders.sims.byIccid(iccid).catch(() => null);
  }
}
