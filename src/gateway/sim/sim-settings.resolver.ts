import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import type { Context } from '../context.ts';
import { megabytesOf } from './data-limit.type.ts';
import {
  SetSimNameInput,
  SetSimsDataLimitInput,
  SetSimsGroupInput,
  SetSimsImeiLockInput,
} from './sim.args.ts';
import { SimPayload } from './sim-payload.type.ts';
import { SimsPayload } from './sims-payload.type.ts';

/** Changes of what is written down about SIMs. */
@Resolver()
export class SimSettingsResolver {
  @Mutation(() => SimPayload, { nullable: true, description: 'Gives a SIM a name.' })
  setSimName(
    @Arg('input', () => SetSimNameInput, { description: 'Which SIM, and the name.' })
    { sim, name }: SetSimNameInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'SET_NAME', name });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Puts SIMs into a group, out of the one they were in. GROUP_NAME_FORBIDDEN where no group may have that name.',
  })
  setSimsGroup(
    @Arg('input', () => SetSimsGroupInput, { description: 'Which SIMs, and the group.' })
    { sims, group }: SetSimsGroupInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_GROUP', group });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Sets or lifts the monthly data limit. DATA_LIMIT_BELOW_USAGE where a SIM has used more than that already.',
  })
  async setSimsDataLimit(
    @Arg('input', () => SetSimsDataLimitInput, { description: 'Which SIMs, and the limit.' })
    { sims, limit }: SetSimsDataLimitInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_DATA_LIMIT', limitMegabytes: megabytesOf(limit) });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Locks SIMs to the devices they are in, or unlocks them. IMEI_LOCK_REFUSED where that cannot be. Inferred: nobody has shown the call.',
  })
  setSimsImeiLock(
    @Arg('input', () => SetSimsImeiLockInput, { description: 'Which SIMs, and whether to lock them.' })
    { sims, locked }: SetSimsImeiLockInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_IMEI_LOCK', locked });
  }
}
