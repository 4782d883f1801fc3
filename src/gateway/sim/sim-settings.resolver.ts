import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../common/access.ts';
import { reachOfInput } from '../common/argument-rules.ts';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { megabytesOf } from './data-limit.type.ts';
import {
  SetSimDataLimitInput,
  SetSimGroupInput,
  SetSimImeiLockInput,
  SetSimNameInput,
  SetSimsDataLimitInput,
  SetSimsGroupInput,
  SetSimsImeiLockInput,
} from './sim.args.ts';
import { SimPayload } from './sim-payload.type.ts';
import { SimsPayload } from './sims-payload.type.ts';

const forbidden = 'GROUP_NAME_FORBIDDEN if the SIM API does not allow the name.';
const refused =
  'IMEI_LOCK_REFUSED if the SIM API refuses it. The call is inferred from that error code: no public client of the SIM API makes it.';

@Resolver()
export class SimSettingsResolver {
  @Access({ scopes: ['CONTROL'] })
  @Mutation(() => SimPayload, nullOnlyWithError('Sets the name of a SIM.'))
  setSimName(
    @Arg('input', () => SetSimNameInput, { description: 'The SIM and its new name.' })
    { sim, name, idempotencyKey }: SetSimNameInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'SET_NAME', name }, { idempotencyKey });
  }

  @Access({ scopes: ['CONTROL'], reachOfArguments: reachOfInput })
  @Mutation(
    () => SimPayload,
    nullOnlyWithError(`Moves a SIM into a group; it leaves its previous group. ${forbidden}`),
  )
  setSimGroup(
    @Arg('input', () => SetSimGroupInput, { description: 'The SIM and the group.' })
    { sim, group, idempotencyKey }: SetSimGroupInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'SET_GROUP', group }, { idempotencyKey });
  }

  @Cost({ listSize: simsOfInput })
  @Access({ scopes: ['CONTROL'], reachOfArguments: reachOfInput })
  @Mutation(
    () => SimsPayload,
    nullOnlyWithError(`Moves up to 1000 SIMs into a group. Each SIM leaves its previous group. ${forbidden}`),
  )
  setSimsGroup(
    @Arg('input', () => SetSimsGroupInput, { description: 'The SIMs and the group.' })
    { sims, group, idempotencyKey }: SetSimsGroupInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_GROUP', group }, idempotencyKey);
  }

  @Access({ scopes: ['CONTROL'] })
  @Mutation(
    () => SimPayload,
    nullOnlyWithError(
      'Sets or removes the monthly data limit of a SIM. DATA_LIMIT_BELOW_USAGE if it has already used more than the new limit.',
    ),
  )
  async setSimDataLimit(
    @Arg('input', () => SetSimDataLimitInput, { description: 'The SIM and the limit.' })
    { sim, limit, idempotencyKey }: SetSimDataLimitInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    const change = { action: 'SET_DATA_LIMIT', limitMegabytes: megabytesOf(limit) } as const;
    return actions.sims.changeOne(sim, change, { idempotencyKey });
  }

  @Cost({ listSize: simsOfInput })
  @Access({ scopes: ['CONTROL'] })
  @Mutation(
    () => SimsPayload,
    nullOnlyWithError(
      'Sets or removes the monthly data limit of up to 1000 SIMs. DATA_LIMIT_BELOW_USAGE if a SIM has already used more than the new limit.',
    ),
  )
  async setSimsDataLimit(
    @Arg('input', () => SetSimsDataLimitInput, { description: 'The SIMs and the limit.' })
    { sims, limit, idempotencyKey }: SetSimsDataLimitInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    const change = { action: 'SET_DATA_LIMIT', limitMegabytes: megabytesOf(limit) } as const;
    return actions.sims.changeMany(sims, change, idempotencyKey);
  }

  @Access({ scopes: ['CONTROL'] })
  @Mutation(
    () => SimPayload,
    nullOnlyWithError(`Locks a SIM to the device that it is in, or unlocks it. ${refused}`),
  )
  setSimImeiLock(
    @Arg('input', () => SetSimImeiLockInput, { description: 'The SIM, and whether to lock or unlock it.' })
    { sim, locked, idempotencyKey }: SetSimImeiLockInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'SET_IMEI_LOCK', locked }, { idempotencyKey });
  }

  @Cost({ listSize: simsOfInput })
  @Access({ scopes: ['CONTROL'] })
  @Mutation(
    () => SimsPayload,
    nullOnlyWithError(`Locks up to 1000 SIMs to the devices that they are in, or unlocks them. ${refused}`),
  )
  setSimsImeiLock(
    @Arg('input', () => SetSimsImeiLockInput, {
      description: 'The SIMs, and whether to lock or unlock them.',
    })
    { sims, locked, idempotencyKey }: SetSimsImeiLockInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SET_IMEI_LOCK', locked }, idempotencyKey);
  }
}
