import { Field, ObjectType } from 'type-graphql';
import { EID } from '../common/scalars.ts';

@ObjectType('EsimDetails', {
  description:
    'eSIM profiles of an eUICC. A profile is a subscription with an operator; the active profile is the one in use.',
  simpleResolvers: true,
})
export class EsimDetails {
  @Field(() => EID, { description: 'Serial number of the eUICC.' })
  eid!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the profile in use. Null if the SIM API gives none.',
  })
  activeProfile!: string | null;

  @Field(() => [String], { description: 'Names of the profiles on the eUICC, including the active one.' })
  downloadedProfiles!: readonly string[];
}
