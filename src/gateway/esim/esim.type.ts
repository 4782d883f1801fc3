import { Field, ObjectType } from 'type-graphql';
import { EID } from '../common/scalars.ts';

/** The profiles of an eUICC. */
@ObjectType('EsimDetails', { description: 'Profiles of an eUICC.', simpleResolvers: true })
export class EsimDetails {
  @Field(() => EID, { description: 'Which eUICC.' })
  eid!: string;

  @Field(() => String, { nullable: true, description: 'The profile in use.' })
  activeProfile!: string | null;

  @Field(() => [String], { description: 'Profiles on the eUICC, the active one among them.' })
  downloadedProfiles!: readonly string[];
}
