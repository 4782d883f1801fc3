/** The workloads of tailcallhq/graphql-benchmarks: three queries without variables, 100 clients. */

const of = (name, title, text) => ({
  name,
  title,
  clients: 100,
  reference: ['apollo-entry', 'jit-entry'],
  path: name,
  text,
  variantCount: 1,
  variant: () => ({ variables: {}, plain: {} }),
});

export const workloads = [
  of('posts-users', 'Posts with users', '{ posts { id userId title user { id name email } } }'),
  of('posts', 'Posts', '{ posts { title } }'),
  of('greet', 'Greet', '{ greet }'),
];
