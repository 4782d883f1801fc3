import { join } from 'node:path';
import { root } from '../../scripts/command.mjs';

const entry = (file, ...args) => [join(root, 'bench', 'public', 'entries', `${file}.mjs`), ...args];
const graphql = { speaks: 'graphql', path: '/graphql' };

/** The measured programs; the answers of all are compared with those of the first. `stack` is the bundled program of the stack. */
export const subjectsOf = (stack) => [
  { name: 'stack', title: 'this stack', ...graphql, args: ['--enable-source-maps', stack] },
  {
    name: 'stack-alone',
    title: 'this stack without joined reads',
    ...graphql,
    args: ['--enable-source-maps', stack, 'alone'],
  },
  { name: 'apollo-entry', title: 'its Apollo entry', ...graphql, args: entry('apollo') },
  {
    name: 'jit-entry',
    title: 'its GraphQL-JIT entry, with a resolver for users',
    ...graphql,
    args: entry('graphql-jit', 'users'),
  },
  {
    name: 'jit-as-it-is',
    title: 'its GraphQL-JIT entry as it is: null for each user',
    ...graphql,
    workloads: ['posts-users'],
    isBound: true,
    args: entry('graphql-jit'),
  },
];
