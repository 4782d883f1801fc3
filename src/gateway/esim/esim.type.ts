import { Field, ObjectType } from 'type-graphql';
import { EID } from '../common/scalars.ts';

/** The profiles of an eUICC. */
@ObjectType('EsimDetails', {
  description: 'Profiles of an eUICC. Each is a subscription with an operator, and one of them is in use.',
  simpleResolvers: true,
})
export class EsimDetails {
  @Field(() => EID, { description: 'Serial number of the eUICC.' })
  eid!: string;

  @Field(() => String, { nullable: true, description: 'Name of the profile in use.' })
  activeProfile!: string | null;

  @Field(() => [String], { description: 'Names of the profiles on the eUICC, the active one among them.' })
  downloadedProfiles!: readonly string[];
}
