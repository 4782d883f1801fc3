/** The options of the command line. */

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/command.mjs';
import { UsageError } from './lib/usage-error.mjs';

export const usage = `npm run bench -- [options]

  --quick              W1, W2, W4 against the hand-written peers only, in about two minutes
  --only w1,w2         only these workloads: w1, w2, w3, w4, w4f, w5, w6a, w6b, w7
  --peers a,b          only these peers
  --profile            no rounds: profiles the gateway on each workload
  --public             the public benchmark: another schema on this stack, against entries of tailcallhq/graphql-benchmarks
  --curves             the cost curves: fleet, clients, batch; --only fleet,batch for some of them
  --memory             memory of the gateway: idle, and under W2 for --minutes N, 10 by default
  --start              the start of the gateway, to its first answers
  --max N              no points of the curves above N
  --rounds N           rounds; each runs every subject once for each workload
  --seconds S          measured seconds of one subject and workload in a round
  --dist [NAME=]DIR    a build of the gateway, default ./dist; repeat it to compare builds
  --env [NAME:]KEY=V   a setting of all gateways, or of the gateway NAME; repeatable
  --write              writes the tables to docs/benchmarks.md, as a run without options does
`;

const positive = (text, name) => {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} must be a number above 0`);
  return value;
};

export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      public: { type: 'boolean', default: false },
      curves: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      start: { type: 'boolean', default: false },
      max: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      dist: { type: 'string', multiple: true, default: ['dist'] },
      env: { type: 'string', multiple: true, default: [] },
    },
  });
  const { quick, profile } = values;
  return {
    writes: values.write || args.length === 0,
    isProfile: profile,
    isPublic: values.public,
    hasCurves: values.curves,
    hasMemory: values.memory,
    minutes: positive(values.minutes ?? '10', 'minutes'),
    hasStart: values.start,
    maxPoint: positive(values.max ?? '1e9', 'max'),
    help: values.help,
    only: values.only?.split(',') ?? (quick ? ['w1', 'w2', 'w4', 'w4f'] : null),
    peers: values.peers?.split(',') ?? (quick ? ['bff', 'pg', 'bff-pg'] : null),
    rounds: positive(values.rounds ?? (values.curves ? '3' : '5'), 'rounds'),
    seconds: positive(values.seconds ?? (quick ? '1.7' : profile ? '5' : '2'), 'seconds'),
    latencyRounds: quick ? 0 : 3,
    gateways: gatewaysOf(values.dist, values.env),
  };
}

/** Each build as a gateway with its settings. */
function gatewaysOf(builds, settings) {
  const gateways = builds.map((build) => {
    const [, name = 'gateway', dir] = /^(?:(\w[\w-]*)=)?(.*)$/.exec(build);
    return { name, dist: resolve(root, dir), settings: {} };
  });
  if (new Set(gateways.map(({ name }) => name)).size < gateways.length)
    throw new UsageError('--dist: each of several builds needs its own name');
  for (const text of settings) {
    const [, name, key, value] = /^(?:(\w[\w-]*):)?(\w+)=(.*)$/s.exec(text) ?? [];
    const chosen = gateways.filter((gateway) => name === undefined || gateway.name === name);
    if (key === undefined) throw new UsageError(`--env ${text}: KEY=VALUE expected`);
    if (chosen.length === 0) throw new UsageError(`--env ${text}: no gateway has the name ${name}`);
    for (const gateway of chosen) gateway.settings[key] = value;
  }
  return gateways;
}
