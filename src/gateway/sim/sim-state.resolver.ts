import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Change } from '../../sim-api/index.ts';
import { Access } from '../common/access.ts';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { CloseSimInput, SimInput, SimsInput } from './sim.args.ts';
import { SimPayload } from './sim-payload.type.ts';
import { SimsPayload } from './sims-payload.type.ts';

/** A change without values: a mutation `one` for one SIM, and `many` for up to 1000. */
interface PlainChange {
  readonly one: string;
  readonly many: string;
  readonly change: Change;
  readonly description: string;
}

const inferred = 'The call is inferred from the documented state: no public client of the SIM API makes it.';

const plainChanges: readonly PlainChange[] = [
  {
    one: 'activateSim',
    many: 'activateSims',
    change: { action: 'ACTIVATE' },
    description:
      'Changes the state to LIVE: data service on. DATA_LIMIT_REACHED if the data limit is used up.',
  },
  {
    one: 'deactivateSim',
    many: 'deactivateSims',
    change: { action: 'DEACTIVATE' },
    description: 'Changes the state to OFFLINE, deactivated: out of service until the SIM is activated.',
  },
  {
    one: 'suspendSim',
    many: 'suspendSims',
    change: { action: 'SUSPEND' },
    description: 'Changes the state to OFFLINE, suspended: data service off until the SIM is resumed.',
  },
  {
    one: 'resumeSim',
    many: 'resumeSims',
    change: { action: 'RESUME' },
    description:
      'Changes the state of a suspended SIM back to LIVE: data service on. DATA_LIMIT_REACHED if the data limit is used up.',
  },
  {
    one: 'testSim',
    many: 'testSims',
    change: { action: 'TEST' },
    description: 'Changes the state to TEST: test mode.',
  },
  {
    one: 'activeReadySim',
    many: 'activeReadySims',
    change: { action: 'ACTIVE_READY' },
    description: `Changes the state to ACTIVE_READY: the SIM starts when its device first attaches to a network. ${inferred}`,
  },
  {
    one: 'resetSim',
    many: 'resetSims',
    change: { action: 'RESET' },
    description: 'Network reset: the device must attach to the network again.',
  },
];

function createPlainChangeResolver({ one, many, change, description }: PlainChange) {
  @Resolver()
  class PlainChangeResolver {
    @Access({ scopes: ['CONTROL'] })
    @Mutation(() => SimPayload, { name: one, ...nullOnlyWithError(description) })
    changeOne(
      @Arg('input', () => SimInput, { description: 'The SIM.' }) { sim, idempotencyKey }: SimInput,
      @Ctx() { actions }: Context,
    ): Promise<SimPayload> {
      return actions.sims.changeOne(sim, change, { idempotencyKey });
    }

    @Cost({ listSize: simsOfInput })
    @Access({ scopes: ['CONTROL'] })
    @Mutation(() => SimsPayload, { name: many, ...nullOnlyWithError(description) })
    changeMany(
      @Arg('input', () => SimsInput, { description: 'The SIMs.' }) { sims, idempotencyKey }: SimsInput,
      @Ctx() { actions }: Context,
    ): Promise<SimsPayload> {
      return actions.sims.changeMany(sims, change, idempotencyKey);
    }
  }
  return PlainChangeResolver;
}

export const plainChangeResolvers = plainChanges.map(createPlainChangeResolver);

/** Closes SIMs, the only change that cannot be undone. */
@Resolver()
export class CloseSimResolver {
  @Access({ scopes: ['CLOSE'] })
  @Mutation(
    () => SimPayload,
    nullOnlyWithError(
      'Changes the state to CLOSED, permanently. It cannot be undone, so repeat the ICCID to confirm it. BAD_USER_INPUT if confirmIccid is not the ICCID of the SIM.',
    ),
  )
  closeSim(
    @Arg('input', () => CloseSimInput, { description: 'The SIM, and its ICCID again.' })
    { sim, confirmIccid, idempotencyKey }: CloseSimInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'CLOSE' }, { confirmIccid, idempotencyKey });
  }
}
