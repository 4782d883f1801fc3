/** Peer: GraphQL Yoga on node:http with a DataLoader for each kind of read, on undici. */
import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { reportListening } from '../lib/child.mjs';
import { readCosts, readSims } from './reads.mjs';
import { typeDefs } from './schema.mjs';

const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: {
        sim: (_, { by }, { sims }) => sims.load(by.iccid),
        simsByRef: (_, { refs }, { sims }) => sims.loadMany(refs.map(({ iccid }) => iccid)),
      },
      Sim: { cost: ({ iccid }, _, { costs }) => costs.load(iccid) },
    },
  }),
  context: () => ({ sims: new DataLoader(readSims), costs: new DataLoader(readCosts) }),
  graphiql: false,
  logging: false,
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => reportListening(`http://127.0.0.1:${server.address().port}`));
