/**
 * Peer: equivalent to the Apollo entry of tailcallhq/graphql-benchmarks: Apollo Server 4 with its standalone server and default plugins, a
 * DataLoader for each request, axios. One process instead of one for each core.
 */
import { ApolloServer } from 'apollo-server-4';
import { startStandaloneServer } from 'apollo-server-4/standalone';
import DataLoader from 'dataloader';
import { reportListening } from '../../lib/child.mjs';
import { batchScheduleFn, readPosts, readUsers } from './upstream.mjs';

const typeDefs = `
  type Query { posts: [Post] greet: String! }
  type Post { id: Int! userId: Int! title: String! body: String! user: User }
  type User { id: Int! name: String! username: String! email: String! phone: String website: String }
`;

const server = new ApolloServer({
  typeDefs,
  resolvers: {
    Query: { posts: () => readPosts(), greet: () => 'Hello World!' },
    Post: { user: async ({ userId }, _, { users }) => users.load(userId) },
  },
});
const { url } = await startStandaloneServer(server, {
  context: async () => ({ users: new DataLoader(readUsers, { batchScheduleFn }) }),
  listen: { port: 0, host: '127.0.0.1' },
});
reportListening(url);
