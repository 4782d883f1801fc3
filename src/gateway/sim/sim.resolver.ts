import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import {
  availableActions,
  type OfflineReason,
  offlineReasonOf,
  type SimAction,
} from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { scopesOfList } from '../common/argument-rules.ts';
import { Cost, lengthOf } from '../common/field-cost.ts';
import { Known } from '../common/known-value.ts';
import { simNodeId } from '../common/node-id.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
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
import { OfflineReasonEnum } from './sim-state.type.ts';
import { SimResult } from './sims-payload.type.ts';

@Resolver(() => Sim)
export class SimResolver {
  @Access({ scopes: ['READ'] })
  @Query(() => Sim, {
    nullable: true,
    description:
      'One SIM, read from the SIM API. Null with the error SIM_NOT_FOUND if the account has no such SIM.',
  })
  sim(
    @Arg('by', () => SimRef, { description: 'A key of the SIM.' }) by: SimRef,
    @Ctx() { loaders, lookAhead }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Sim> {
    return lookAhead(info, loaders.sims.knownIccids([by]), loaders.sims.byRef(by, 'by'));
  }

  @Cost({ listSize: ({ refs }) => lengthOf(refs) })
  @Access({ scopes: ['READ'] })
  @Query(() => [Sim], {
    nullable: 'itemsAndList',
    description:
      'Up to 1000 SIMs, read from the SIM API, in the order and length of refs. A SIM that does not exist is null, with the error SIM_NOT_FOUND at its index. TOO_MANY_SIMS above 1000. The list is null only with an error.',
  })
  simsByRef(
    @Arg('refs', () => [SimRef], { description: 'Keys of the SIMs, at most 1000.' })
    refs: SimRef[],
    @Ctx() { loaders, lookAhead }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Sim | Error)[]> {
    checkRefCount('refs', refs);
    return lookAhead(info, loaders.sims.knownIccids(refs), loaders.sims.byRefs(refs, 'refs'));
  }

  @Access({ scopes: ['READ'], ofArguments: scopesOfList })
  @Query(
    () => SimConnection,
    nullOnlyWithError(
      'SIMs of the account that match the filter, sorted, from the fleet index: no call of the SIM API. A page has 50 SIMs if neither first nor last is given; both together are BAD_USER_INPUT. If the index cannot answer, a list without filter and orderBy comes from the SIM API. Other lists then fail with STORE_UNAVAILABLE, or with FEATURE_NOT_ENABLED if the gateway keeps no index.',
    ),
  )
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

  @Known(offlineReasonOf)
  @FieldResolver(() => OfflineReasonEnum, {
    nullable: true,
    description:
      'Why the SIM is OFFLINE: a suspended SIM is resumed, a deactivated one is activated. During a transition to OFFLINE it already is the reason that the SIM will have. Null in other states, and if the SIM API does not give the reason.',
  })
  offlineReason(@Root() sim: Sim): OfflineReason | null {
    return offlineReasonOf(sim);
  }

  @FieldResolver(() => [SimActionEnum], {
    description:
      'Actions that make sense in the current state, for example to enable buttons. Empty during a transition. The SIM API may still refuse one with TRANSITION_NOT_ALLOWED.',
  })
  availableActions(@Root() sim: Sim): readonly SimAction[] {
    return availableActions(sim);
  }
}

@Resolver(() => SimGroup)
export class GroupSimsResolver {
  @Access({ scopes: ['READ'], ofArguments: scopesOfList })
  @Cost({ calls: 1 })
  @FieldResolver(
    () => SimConnection,
    nullOnlyWithError('SIMs of the group, filtered, sorted and paged as in the query sims.'),
  )
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

@Resolver(() => SimPayload)
export class SimPayloadResolver {
  @Access({ scopes: ['READ'] })
  @FieldResolver(() => Sim, {
    nullable: true,
    description:
      'The SIM, read after the change. Null with an error at this path if that read failed; the outcome of the change stays valid.',
  })
  sim(@Root() { iccid }: SimPayload, @Ctx() { loaders }: Context): Promise<Sim> {
    return loaders.sims.byIccid(iccid);
  }
}

@Resolver(() => SimResult)
export class SimResultResolver {
  @Access({ scopes: ['READ'] })
  @FieldResolver(() => Sim, {
    nullable: true,
    description: 'The SIM, read after the change. Null if that read failed, or if there is no such SIM.',
  })
  async sim(@Root() { iccid }: SimResult, @Ctx() { loaders }: Context): Promise<Sim | null> {
    return iccid === null ? null : loaders.sims.byIccid(iccid).catch(() => null);
  }
}
