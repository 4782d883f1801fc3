import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Cost } from '../common/field-cost.ts';
import { windowOf } from '../common/paging.ts';
import { newestFirst } from '../common/sorted-page.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SessionsArgs } from './session.args.ts';
import { DataSessionConnection } from './session.type.ts';

@Resolver(() => Sim)
export class SimSessionResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => DataSessionConnection, {
    nullable: true,
    description:
      'Data sessions of the SIM, newest first; by default those of this month (UTC). Each SIM takes at least one call of the SIM API.',
  })
  async sessions(
    @Root() { iccid }: Sim,
    @Args(() => SessionsArgs) { from, to, ...page }: SessionsArgs,
    @Ctx() { loaders }: Context,
  ): Promise<DataSessionConnection> {
    const window = windowOf(page);
    const sessions = await loaders.sessions.ofSim(iccid, from ?? null, to ?? null);
    return newestFirst(sessions, window, ({ id, startedAt }) => ({ id, at: startedAt }));
  }
}
