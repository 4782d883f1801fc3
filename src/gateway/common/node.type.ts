import { Field, ID, InterfaceType } from 'type-graphql';

/** Anything with a global id. Told apart by its shape: what the wire gave is no instance of a class. */
@InterfaceType('Node', {
  description: 'Anything with a global id that node and nodes can refetch.',
  resolveType(value: object) {
    if ('iccid' in value) return 'Sim';
    return 'total' in value ? 'BulkOperation' : 'SimGroup';
  },
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id!: string;
}
