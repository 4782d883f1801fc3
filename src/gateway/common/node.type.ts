import { Field, ID, InterfaceType } from 'type-graphql';

/** Anything with a global id. */
@InterfaceType('Node', { description: 'Anything with a global id that node and nodes can refetch.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id!: string;
}
