import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { simNodeId } from '../common/node-id.ts';
import { windowOf } from '../common/paging.ts';
import type { Context } from '../context.ts';
import { SimInput, SimRef, SimsArgs } from './sim.args.ts';
import { Sim, SimConnection } from './sim.type.ts';
import { SimPayload } from './sim-payload.type.ts';
import { checkRefCount } from './sim-refs.ts';

/** Reads SIMs. */
@Resolver(() => Sim)
export class SimResolver {
  @Query(() => Sim, { nullable: true, description: 'One SIM. Null and SIM_NOT_FOUND when there is none.' })
  sim(
    @Arg('by', () => SimRef, { description: 'Which SIM.' }) by: SimRef,
    @Ctx() { loaders }: Context,
  ): Promise<Sim> {
    return loaders.sims.byRef(by);
  }

  @Query(() => [Sim], {
    nullable: 'items',
    description:
      'Up to 1000 at once, same order and length as refs; each miss is null with SIM_NOT_FOUND at its index.',
  })
  simsByRef(
    @Arg('refs', () => [SimRef], { description: 'Which SIMs, in the order wanted: at most 1000.' })
    refs: SimRef[],
    @Ctx() { loaders }: Context,
  ): Promise<(Sim | Error)[]> {
    checkRefCount(refs);
    return loaders.sims.byRefs(refs);
  }

  @Query(() => SimConnection, {
    description:
      "The account's SIMs in upstream order. first or last, up to 500; 50 where neither is given. Both together are refused.",
  })
  sims(@Args(() => SimsArgs) args: SimsArgs, @Ctx() { loaders }: Context): Promise<SimConnection> {
    return loaders.simList.page(windowOf(args));
  }

  @FieldResolver(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id(@Root() { iccid }: Sim): string {
    return simNodeId(iccid);
  }
}

/** Changes SIMs one at a time. */
@Resolver(() => SimPayload)
export class SimMutationResolver {
  @Mutation(() => SimPayload, {
    nullable: true,
    description: 'Puts a SIM into the state LIVE: data service on.',
  })
  activateSim(
    @Arg('input', () => SimInput, { description: 'Which SIM.' }) { sim }: SimInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeState(sim, { action: 'ACTIVATE' });
  }

  @Mutation(() => SimPayload, { nullable: true, description: 'Puts a SIM into the state OFFLINE.' })
  deactivateSim(
    @Arg('input', () => SimInput, { description: 'Which SIM.' }) { sim }: SimInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeState(sim, { action: 'DEACTIVATE' });
  }

  @FieldResolver(() => Sim, {
    nullable: true,
    description:
      'The SIM as read back; null, with an error at this path, where that read failed. The change itself stands.',
  })
  sim(@Root() { iccid }: SimPayload, @Ctx() { loaders }: Context): Promise<Sim> {
    return loaders.sims.byIccid(iccid);
  }
}
