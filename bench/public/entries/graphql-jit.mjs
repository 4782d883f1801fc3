/**
 * Peer: equivalent to the GraphQL-JIT entry of tailcallhq/graphql-benchmarks: express, graphql-jit with one compiled query for each text, a
 * DataLoader for each request, axios. Nothing is validated. The entry has no resolver for the user of a post, so its answers have null for
 * each user, and it reads none; with the argument `users` this peer has the resolver that the entry's DataLoader was made for.
 */
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import express from 'express';
import { parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { reportListening } from '../../lib/child.mjs';
import { batchScheduleFn, readPosts, readUsers } from './upstream.mjs';

const hasUsers = process.argv[2] === 'users';

const typeDefs = `
  type Query { posts: [Post] greet: String }
  type Post { id: Int userId: Int title: String body: String user: User }
  type User { id: Int name: String username: String email: String phone: String website: String }
`;

const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    Query: { posts: () => readPosts(), greet: () => 'Hello World!' },
    ...(hasUsers && { Post: { user: async ({ userId }, _, { users }) => users.load(userId) } }),
  },
});

const compiled = new Map();

function compile(text) {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = compileQuery(schema, parse(text));
  if (!isCompiledQuery(made)) throw new Error('The query cannot be compiled');
  compiled.set(text, made);
  return made;
}

const app = express();
app.use(express.json());
app.use('/graphql', async (request, response) => {
  const { query, variables, operationName } = request.body;
  if (!query) {
    response.status(400).send('No query');
    return;
  }
  try {
    const users = new DataLoader(readUsers, { batchScheduleFn });
    response.json(await compile(query).query(undefined, { users }, variables, operationName));
  } catch (error) {
    response.status(500).send(error.message);
  }
});
const server = app.listen(0, '127.0.0.1', () => reportListening(`http://127.0.0.1:${server.address().port}`));
