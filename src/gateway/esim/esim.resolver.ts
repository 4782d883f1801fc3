import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../common/access.ts';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { Sim } from '../sim/sim.type.ts';
import { SimsPayload } from '../sim/sims-payload.type.ts';
import { EsimProfileInput } from './esim.args.ts';
import { EsimDetails } from './esim.type.ts';
import { profileActions } from './esim-action.type.ts';

@Resolver(() => Sim)
export class SimEsimResolver {
  @FieldResolver(() => EsimDetails, {
    nullable: true,
    description: 'eSIM profiles. Null for a plain SIM.',
  })
  esim(@Root() { eid, activeProfile, downloadedProfiles }: Sim): EsimDetails | null {
    return eid === null ? null : { eid, activeProfile, downloadedProfiles };
  }
}

@Resolver(() => EsimDetails)
export class EsimResolver {
  @FieldResolver(() => [String], {
    nullable: true,
    description:
      'Names of the profiles of the account that are not on this eUICC yet. Null with the error FEATURE_NOT_ENABLED if the account has not ordered eSIM.',
  })
  async installableProfiles(
    @Root() { downloadedProfiles }: EsimDetails,
    @Ctx() { loaders }: Context,
  ): Promise<string[]> {
    const available = await loaders.account.availableProfiles();
    return available.filter((profile) => !downloadedProfiles.includes(profile));
  }

  @Cost({ listSize: simsOfInput })
  @Access({ scopes: ['CONTROL'] })
  @Mutation(
    () => SimsPayload,
    nullOnlyWithError(
      'Downloads, enables or deletes an eSIM profile on up to 1000 eUICCs. Plain SIMs are FAILED with FEATURE_NOT_ENABLED.',
    ),
  )
  changeEsimProfile(
    @Arg('input', () => EsimProfileInput, {
      description: 'The eUICCs, the profile, and what to do with it.',
    })
    { sims, profile, action, idempotencyKey }: EsimProfileInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    const profileAction = profileActions[action];
    return actions.sims.changeMany(sims, { action: 'ESIM_PROFILE', profile, profileAction }, idempotencyKey);
  }
}
