import { Field, ID, InterfaceType } from 'type-graphql';

/** The Relay interface. The type is resolved from the shape of the value: values from the SIM API are not class instances. */
@InterfaceType('Node', {
  description: 'An object with a global id, which node and nodes can refetch.',
  resolveType(value: object) {
    if ('iccid' in value) return 'Sim';
    return 'total' in value ? 'BulkOperation' : 'SimGroup';
  },
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable. Do not parse it.' })
  id!: string;
}
