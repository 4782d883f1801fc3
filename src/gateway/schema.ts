import { type GraphQLSchema, isInputObjectType, validateSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { SimCostResolver, SimDataUsageResolver } from './cost/cost.resolver.ts';
import { SimMutationResolver, SimResolver } from './sim/sim.resolver.ts';

/** Inputs of which exactly one field is given. Type-GraphQL has no option for it. */
const oneOfInputs = ['SimRef'];

/** Type-GraphQL makes these types itself, without a word. */
const rootDescriptions = {
  Query: 'Reads. SIMs asked for in one tick travel upstream together.',
  Mutation: 'Changes. Root fields run one after another, as GraphQL says.',
};

/** The schema, built from the decorated classes. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [SimResolver, SimMutationResolver, SimCostResolver, SimDataUsageResolver],
    // Scalars and limits check the input; class-validator would check every one a second time.
    validate: false,
    // Done below, once oneOf is set.
    skipCheck: true,
  });
  for (const name of oneOfInputs) {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) throw new Error(`${name} is no input type of the schema`);
    type.isOneOf = true;
  }
  for (const [name, description] of Object.entries(rootDescriptions)) {
    const type = schema.getType(name);
    if (type != null) type.description = description;
  }
  const faults = validateSchema(schema);
  if (faults.length > 0) throw new AggregateError(faults, 'the schema is not valid');
  return schema;
}
