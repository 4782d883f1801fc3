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

@Resolver()
export class SimSettingsResolver {
  @Mutation(() => SimPayload, { nullable: true, description: 'Sets the name of a SIM.' })
  setSimName(
    @Arg('input', () => SetSimNameInput, { description: 'The SIM and its new name.' })
    { sim, name }: SetSimNameInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'SET_NAME', name });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Moves up to 1000 SIMs into a group. Each SIM leaves its previous group. GROUP_NAME_FORBIDDEN if the SIM API does not allow the name.',
  })
  setSimsGroup(
    @Arg('input', () => SetSimsGroupInput, { description: 'The SIMs and the group.' })
    { sims, group }: SetSimsGroupInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_GROUP', group });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Sets or removes the monthly data limit of up to 1000 SIMs. DATA_LIMIT_BELOW_USAGE if a SIM has already used more than the new limit.',
  })
  async setSimsDataLimit(
    @Arg('input', () => SetSimsDataLimitInput, { description: 'The SIMs and the limit.' })
    { sims, limit }: SetSimsDataLimitInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_DATA_LIMIT', limitMegabytes: megabytesOf(limit) });
  }

  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Locks up to 1000 SIMs to the devices that they are in, or unlocks them. IMEI_LOCK_REFUSED if the SIM API refuses it. The call is inferred from that error code: no public client of the SIM API makes it.',
  })
  setSimsImeiLock(
    @Arg('input', () => SetSimsImeiLockInput, {
      description: 'The SIMs, and whether to lock or unlock them.',
    })
    { sims, locked }: SetSimsImeiLockInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_IMEI_LOCK', locked });
  }
}
