import { CLEAN } from './clean-house.ts';
import type { Files } from './tree.ts';

/** One rule broken: the files that break it, and what must be said about them. */
export interface Violation {
  /** A sentence: what the rule forbids. */
  readonly forbids: string;
  readonly tool: 'dependencies' | 'syntax' | 'lint';
  /** What the tool must say, the rule's name first. */
  readonly says: readonly string[];
  readonly files: Files;
}

/** A file of the clean tree with lines before it. */
const before = (path: string, ...lines: string[]) => ({
  [path]: `${lines.join('\n')}\n${CLEAN[path] ?? ''}`,
});

const GRAPHQL = ['graphql', 'type-graphql', 'dataloader', '@apollo/server', 'graphql-scalars'];

const ROLES = ['loader', 'actions', 'resolver', 'store', 'worker'];

const GUESSED = [
  ['@Field', '@Field() name!: string;'],
  ['@Field', '@Field(String) name!: string;'],
  ['@Query', '@Query() all(): string { return this.name; }'],
  ['@Mutation', '@Mutation() all(): string { return this.name; }'],
  ['@Subscription', "@Subscription({ topics: 'x' }) all(): string { return this.name; }"],
  ['@FieldResolver', '@FieldResolver() all(): string { return this.name; }'],
  ['@Arg', "@Query(() => String) all(@Arg('first') first: number): number { return first; }"],
  ['@Args', '@Query(() => String) all(@Args() first: Range): Range { return first; }'],
] as const;

const VAGUE = [
  'src/base/helpers.ts',
  'src/gateway/bulk-manager.ts',
  'src/gateway/sim/sim.utils.ts',
  'src/sim-api/sim.service.ts',
];

/** Every rule, broken once. */
export const VIOLATIONS: readonly Violation[] = [
  {
    forbids: 'two files that import each other, even for types alone',
    tool: 'dependencies',
    says: ['no-cycles', 'src/sim-api/wire/sim-record.ts'],
    files: {
      ...before(
        'src/sim-api/wire/sim-record.ts',
        "import type { SimApi } from '../client.ts';",
        'type A = SimApi;',
      ),
      ...before(
        'src/sim-api/client.ts',
        "import type { SimRecord } from './wire/sim-record.ts';",
        'type R = SimRecord;',
      ),
    },
  },
  {
    forbids: 'a way to the sandbox, however long',
    tool: 'dependencies',
    says: ['nothing-reaches-sandbox', 'src/main.ts', 'src/sandbox/api/answer.ts'],
    files: before(
      'src/base/clock.ts',
      "import type { answer } from '../sandbox/api/answer.ts';",
      'type A = typeof answer;',
    ),
  },
  {
    forbids: 'a sandbox that reads what the gateway reads',
    tool: 'dependencies',
    says: ['sandbox-stands-alone', 'src/base/clock.ts'],
    files: before(
      'src/sandbox/api/answer.ts',
      "import type { monotonicMs } from '../../base/clock.ts';",
      'type A = typeof monotonicMs;',
    ),
  },
  {
    forbids: 'a way to the terminal, however long',
    tool: 'dependencies',
    says: ['nothing-reaches-terminal', 'src/main.ts', 'src/terminal/screen.ts'],
    files: before(
      'src/base/clock.ts',
      "import type { show } from '../terminal/screen.ts';",
      'type A = typeof show;',
    ),
  },
  {
    forbids: 'a terminal that knows more of the gateway than its URL',
    tool: 'dependencies',
    says: ['terminal-stands-alone', 'src/sim-api/index.ts'],
    files: before(
      'src/terminal/screen.ts',
      "import type { SimRecord } from '../sim-api/index.ts';",
      'type A = SimRecord;',
    ),
  },
  {
    forbids: 'a leaf in base that imports something of ours',
    tool: 'dependencies',
    says: ['base-imports-nothing-of-ours', 'src/config.ts'],
    files: before('src/base/clock.ts', "import { config } from '../config.ts';", 'config.port;'),
  },
  {
    forbids: 'a SIM API client that imports more than base',
    tool: 'dependencies',
    says: ['sim-api-imports-base-only', 'src/config.ts'],
    files: before('src/sim-api/client.ts', "import { config } from '../config.ts';", 'config.port;'),
  },
  {
    forbids: 'anything of GraphQL in the SIM API client',
    tool: 'dependencies',
    says: GRAPHQL.map(
      (name) => `sim-api-knows-no-graphql: src/sim-api/client.ts → ../../node_modules/${name}/`,
    ),
    files: before('src/sim-api/client.ts', ...GRAPHQL.map((name) => `import type {} from '${name}';`)),
  },
  {
    forbids: "a noun that looks into another noun's loader",
    tool: 'dependencies',
    says: ['noun-sees-types-only', 'src/gateway/sim/sim.loader.ts'],
    files: before(
      'src/gateway/alert/alert.resolver.ts',
      "import { simLoader } from '../sim/sim.loader.ts';",
      'simLoader();',
    ),
  },
  {
    forbids: 'a type file that imports how its own noun is got or changed',
    tool: 'dependencies',
    says: ROLES.map(
      (role) => `type-imports-no-behaviour: src/gateway/sim/sim.type.ts → src/gateway/sim/sim.${role}.ts`,
    ),
    files: {
      ...Object.fromEntries(
        ROLES.map((role) => [`src/gateway/sim/sim.${role}.ts`, 'export const it = 1;\n']),
      ),
      ...before(
        'src/gateway/sim/sim.type.ts',
        ...ROLES.map((role) => `import type {} from './sim.${role}.ts';`),
      ),
    },
  },
  {
    forbids: 'Apollo in a resolver',
    tool: 'dependencies',
    says: ['apollo-at-the-edge-only', 'src/gateway/alert/alert.resolver.ts'],
    files: before(
      'src/gateway/alert/alert.resolver.ts',
      "import type { ApolloServer } from '@apollo/server';",
      'type A = ApolloServer;',
    ),
  },
  {
    forbids: 'SQL in a resolver',
    tool: 'dependencies',
    says: ['kysely', 'pg'].map(
      (name) => `sql-in-stores-only: src/gateway/alert/alert.resolver.ts → ../../node_modules/${name}/`,
    ),
    files: before(
      'src/gateway/alert/alert.resolver.ts',
      "import type {} from 'kysely';",
      "import type {} from 'pg';",
    ),
  },
  {
    forbids: "a property of another noun's object type",
    tool: 'syntax',
    says: ['edge', 'src/gateway/alert/alert.type.ts:', 'Alert.sim'],
    files: {
      'src/gateway/alert/alert.type.ts': `import { Field, ObjectType } from 'type-graphql';
import { Sim } from '../sim/sim.type.ts';

@ObjectType()
export class Alert {
  @Field(() => [Sim], { nullable: true })
  sim!: Sim[];
}
`,
    },
  },
  {
    forbids: 'a decorator that leaves its type to be guessed',
    tool: 'syntax',
    says: GUESSED.map(([what], index) => `src/gateway/alert/planted.type.ts:${index + 5}  thunk: ${what}`),
    files: {
      'src/gateway/alert/planted.type.ts': `import { Arg, Args, Field, FieldResolver, Mutation, Query, Resolver, Subscription } from 'type-graphql';

@Resolver(() => String)
export class Planted {
${GUESSED.map(([, member]) => `  ${member}`).join('\n')}
}
`,
    },
  },
  {
    forbids: '@Resolver without a type above field resolvers',
    tool: 'syntax',
    says: ['thunk', 'src/gateway/alert/planted.resolver.ts:3', '@Resolver'],
    files: {
      'src/gateway/alert/planted.resolver.ts': `import { FieldResolver as Resolved, Resolver } from 'type-graphql';

@Resolver()
export class Planted {
  @Resolved(() => String)
  name(): string {
    return 'x';
  }
}
`,
    },
  },
  ...['src/main.ts', 'src/gateway/emit-schema.ts'].map(
    (path): Violation => ({
      forbids: `another import before reflect-metadata in ${path}`,
      tool: 'syntax',
      says: ['reflect-metadata-first', `${path}:1`],
      files: before(path, "import 'node:fs';"),
    }),
  ),
  {
    forbids: 'decorator metadata',
    tool: 'syntax',
    says: ['no-decorator-metadata', 'tsconfig.json'],
    files: {
      'tsconfig.json':
        '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
    },
  },
  {
    forbids: 'a barrel',
    tool: 'syntax',
    says: ['no-barrels', 'src/gateway/sim/index.ts:1'],
    files: { 'src/gateway/sim/index.ts': "export * from './sim.type.ts';\n" },
  },
  {
    forbids: 'names that say nothing',
    tool: 'syntax',
    says: VAGUE.map((path) => `${path}:1  names: `),
    files: Object.fromEntries(VAGUE.map((path) => [path, 'export const it = 1;\n'])),
  },
  {
    forbids: 'the environment read outside config.ts',
    tool: 'lint',
    says: ['noProcessEnv', 'src/base/clock.ts'],
    files: { 'src/base/clock.ts': 'export const zone = process.env.TZ;\n' },
  },
  {
    forbids: 'the environment imported by its name outside config.ts',
    tool: 'lint',
    says: ['noProcessEnv', 'src/base/clock.ts'],
    files: { 'src/base/clock.ts': "import { env } from 'node:process';\n\nexport const zone = env.TZ;\n" },
  },
  {
    forbids: 'a default export',
    tool: 'lint',
    says: ['noDefaultExport', 'src/base/clock.ts'],
    files: { 'src/base/clock.ts': 'export default 1;\n' },
  },
];
