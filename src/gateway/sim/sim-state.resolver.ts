import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Change } from '../../sim-api/index.ts';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import type { Context } from '../context.ts';
import { CloseSimInput, SimInput, SimsInput } from './sim.args.ts';
import { SimPayload } from './sim-payload.type.ts';
import { SimsPayload } from './sims-payload.type.ts';

/** A change that needs nothing but SIMs: a mutation for one, and the same for many. */
interface PlainChange {
  readonly one: string;
  readonly many: string;
  readonly change: Change;
  readonly description: string;
}

const inferred = 'Inferred: the vendor names the state, nobody has shown the call.';

const plainChanges: readonly PlainChange[] = [
  {
    one: 'activateSim',
    many: 'activateSims',
    change: { action: 'ACTIVATE' },
    description: 'To the state LIVE: data service on. DATA_LIMIT_REACHED where the data limit is used up.',
  },
  {
    one: 'deactivateSim',
    many: 'deactivateSims',
    change: { action: 'DEACTIVATE' },
    description: 'To the state OFFLINE, deactivated: out of service until it is activated.',
  },
  {
    one: 'suspendSim',
    many: 'suspendSims',
    change: { action: 'SUSPEND' },
    description: 'To the state OFFLINE, suspended: the data service is off until it is resumed.',
  },
  {
    one: 'resumeSim',
    many: 'resumeSims',
    change: { action: 'RESUME' },
    description:
      'Back to the state LIVE after being suspended. DATA_LIMIT_REACHED where the data limit is used up.',
  },
  { one: 'testSim', many: 'testSims', change: { action: 'TEST' }, description: 'To the state TEST.' },
  {
    one: 'activeReadySim',
    many: 'activeReadySims',
    change: { action: 'ACTIVE_READY' },
    description: `To the state ACTIVE_READY. ${inferred}`,
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
    @Mutation(() => SimPayload, { name: one, nullable: true, description })
    changeOne(
      @Arg('input', () => SimInput, { description: 'Which SIM.' }) { sim }: SimInput,
      @Ctx() { actions }: Context,
    ): Promise<SimPayload> {
      return actions.sims.changeOne(sim, change);
    }

    @Cost({ listSize: simsOfInput })
    @Mutation(() => SimsPayload, { name: many, description })
    changeMany(
      @Arg('input', () => SimsInput, { description: 'Which SIMs.' }) { sims }: SimsInput,
      @Ctx() { actions }: Context,
    ): Promise<SimsPayload> {
      return actions.sims.changeMany(sims, change);
    }
  }
  return PlainChangeResolver;
}

/** A resolver for each plain change. */
export const plainChangeResolvers = plainChanges.map(createPlainChangeResolver);

/** The one change that cannot be undone. */
@Resolver()
export class CloseSimResolver {
  @Mutation(() => SimPayload, {
    nullable: true,
    description: 'To the state CLOSED, for good. Cannot be undone: repeat the ICCID to confirm.',
  })
  closeSim(
    @Arg('input', () => CloseSimInput, { description: 'Which SIM, and its ICCID once more.' })
    { sim, confirmIccid }: CloseSimInput,
    @Ctx() { actions }: Context,
  ): Promise<SimPayload> {
    return actions.sims.changeOne(sim, { action: 'CLOSE' }, confirmIccid);
  }
}
