/** The measured programs: how each is started, and how it is asked. */

import { join } from 'node:path';
import { root } from '../scripts/command.mjs';
import { UsageError } from './lib/usage-error.mjs';

const peer = (file) => ({ args: [join(root, 'bench', 'peers', `${file}.mjs`)] });

const reads = ['w1', 'w2', 'w3'];
const delayed = ['w6a', 'w6b'];
const graphql = { speaks: 'graphql', workloads: [...reads, ...delayed], path: '/graphql' };

/**
 * `workloads` names those that the peer answers. `speaks` is `graphql`, with `path`, or `paths`. The answers of a peer with `isBound` have
 * another form and are not compared: it is an upper bound.
 */
const peers = [
  {
    name: 'bff',
    title: 'hand-written BFF',
    speaks: 'paths',
    workloads: [...reads, 'w5', ...delayed],
    ...peer('bff'),
  },
  { name: 'pg', title: 'node:http + pg, prepared', speaks: 'paths', workloads: ['w4', 'w4f'], ...peer('pg') },
  {
    name: 'bff-pg',
    title: 'hand-written BFF with pg',
    speaks: 'paths',
    workloads: ['w7'],
    ...peer('bff-pg'),
  },
  {
    name: 'static',
    title: 'static bytes',
    speaks: 'paths',
    workloads: reads,
    isBound: true,
    ...peer('static'),
  },
  {
    name: 'proxy',
    title: 'proxied call',
    speaks: 'paths',
    workloads: reads,
    isBound: true,
    ...peer('proxy'),
  },
  { name: 'mercurius', title: 'Mercurius + JIT', ...graphql, ...peer('mercurius') },
  { name: 'yoga', title: 'Yoga + DataLoader', ...graphql, ...peer('yoga') },
  {
    name: 'apollo',
    title: 'Apollo + Type-GraphQL + DataLoader, tutorials',
    ...graphql,
    path: '/',
    ...peer('apollo'),
  },
  { name: 'tailcall', title: 'Tailcall 1.0 (Rust)', ...graphql, rewrite: forTailcall, ...peer('tailcall') },
];

/** Tailcall cannot make a path out of a list of input objects: the same question with ICCIDs. */
function forTailcall({ path, text, plain }) {
  const asked =
    path === 'w1'
      ? text
          .replace('$by: SimRef!', '$iccid: String!')
          .replace('sim(by: $by)', 'sim: simByIccid(iccid: $iccid)')
      : text
          .replace('$refs: [SimRef!]!', '$iccids: [String!]!')
          .replace('simsByRef(refs: $refs)', 'simsByRef: simsByIccids(iccids: $iccids)');
  return { text: asked, variables: plain };
}

/** A gateway as it ships: the build in `dist`, default settings, and `settings` on top. */
const gatewaySubject = ({ name, dist, settings }) => ({
  name,
  title: name,
  speaks: 'graphql',
  path: '/graphql',
  isGateway: true,
  args: ['--enable-source-maps', join(dist, 'main.js')],
  settings,
});

/** The subjects of a run, gateways first. `names` limits the peers; null means all. */
export function chooseSubjects({ gateways, names }) {
  const unknown = names?.filter((name) => !peers.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(
      `No peer ${unknown.join(', ')}. Peers: ${peers.map(({ name }) => name).join(', ')}.`,
    );
  return [
    ...gateways.map(gatewaySubject),
    ...peers.filter(({ name }) => names === null || names.includes(name)),
  ];
}

export const answers = (subject, workload) =>
  subject.workloads === undefined || subject.workloads.includes(workload.name);

/** One variant as an HTTP request of a subject. */
export function requestOf(subject, variant) {
  const { path, plain } = variant;
  if (subject.speaks === 'graphql') {
    const { text, variables } = subject.rewrite?.(variant) ?? variant;
    return post(subject.path, { query: text, variables });
  }
  const [only] = Object.values(plain);
  return typeof only === 'string'
    ? { method: 'GET', target: `/${path}/${only}`, body: '' }
    : post(`/${path}`, plain);
}

const post = (target, value) => ({ method: 'POST', target, body: JSON.stringify(value) });
