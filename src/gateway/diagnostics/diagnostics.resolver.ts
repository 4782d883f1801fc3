import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Cost } from '../common/field-cost.ts';
import { NullIfMissingArgs, nullIf } from '../common/null-if-missing.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimDiagnostics } from './diagnostics.type.ts';

/** Diagnostics of a SIM. */
@Resolver(() => Sim)
export class SimDiagnosticsResolver {
  @Cost({ calls: 1 })
  @FieldResolver(() => SimDiagnostics, {
    nullable: true,
    description:
      'A live look at the device. Needs the Diagnostics add-on: FEATURE_NOT_ENABLED or NO_DIAGNOSTICS otherwise.',
  })
  diagnostics(
    @Root() { iccid }: Sim,
    @Args(() => NullIfMissingArgs) { nullIfMissing }: NullIfMissingArgs,
    @Ctx() { loaders }: Context,
  ): Promise<SimDiagnostics | null> {
    return nullIf('NO_DIAGNOSTICS', nullIfMissing, loaders.diagnostics.ofSim(iccid));
  }
}
