import { Field, ObjectType } from 'type-graphql';
import { Node } from '../common/node.type.ts';

/** A group of SIMs, identified by its name. */
@ObjectType('SimGroup', {
  description: 'The SIMs with the same group name. A group exists as long as at least one SIM has its name.',
  implements: Node,
  simpleResolvers: true,
})
export class SimGroup {
  @Field(() => String, { description: 'Name of the group; it identifies the group.' })
  name!: string;
}
