/** Peer: Mercurius with its compiler (JIT) and its loaders, on fastify and undici. */
import fastify from 'fastify';
import mercurius from 'mercurius';
import { reportListening } from '../lib/child.mjs';
import { readCosts, readSims } from './reads.mjs';
import { typeDefs } from './schema.mjs';

const app = fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: {
      sim: async (_, { by }) => (await readSims([by.iccid]))[0],
      simsByRef: (_, { refs }) => readSims(refs.map(({ iccid }) => iccid)),
    },
  },
  loaders: {
    Sim: {
      cost: {
        loader: (queries) => readCosts(queries.map(({ obj }) => obj.iccid)),
        opts: { cache: false },
      },
    },
  },
  jit: 1,
});
reportListening(await app.listen({ port: 0, host: '127.0.0.1' }));
