import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Cost } from '../common/field-cost.ts';
import { NullIfMissingArgs, nullIf } from '../common/null-if-missing.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimDiagnostics } from './diagnostics.type.ts';

@Resolver(() => Sim)
export class SimDiagnosticsResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => SimDiagnostics, {
    nullable: true,
    description:
      'Live data about the device of the SIM. It needs the Diagnostics add-on of 1oT: null with the error FEATURE_NOT_ENABLED without it. Null with NO_DIAGNOSTICS if there is no data, or null without an error if nullIfMissing is true.',
  })
  diagnostics(
    @Root() { iccid }: Sim,
    @Args(() => NullIfMissingArgs) { nullIfMissing }: NullIfMissingArgs,
    @Ctx() { loaders }: Context,
  ): Promise<SimDiagnostics | null> {
    return nullIf('NO_DIAGNOSTICS', nullIfMissing, loaders.diagnostics.ofSim(iccid));
  }
}
