import { Field, ObjectType } from 'type-graphql';
import { Node } from '../common/node.type.ts';

/** A group of SIMs, which is its name. */
@ObjectType('SimGroup', {
  description: 'SIMs under one name; groups come and go with the names set on SIMs.',
  implements: Node,
  simpleResolvers: true,
})
export class SimGroup {
  @Field(() => String, { description: 'The name, which is all that makes a group.' })
  name!: string;
}
