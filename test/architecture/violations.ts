import { CLEAN } from './clean-tree.ts';
import type { Files } from './tree.ts';

/** A report of a tool: the rule, the file and, for a rule about imports, the imported file or package. */
export type Finding = readonly [rule: string, place: string, imported?: string];

/** Files that break one rule, and the findings that the tool must report. */
export interface Violation {
  /** The end of the sentence "refuses …". */
  readonly forbids: string;
  readonly finds: readonly Finding[];
  /** Lines to insert at the beginning of files of the clean tree. */
  readonly before?: Readonly<Record<string, readonly string[]>>;
  /** Files to add or replace. */
  readonly files?: Files;
}

const GRAPHQL = ['graphql', 'type-graphql', 'dataloader', '@apollo/server', 'graphql-scalars'];

/** A module, and a module above it or at the same level. */
const UPWARD = [
  ['base', 'store'],
  ['store', 'errors'],
  ['sim-api', 'store'],
  ['errors', 'ledger'],
  ['ledger', 'fleet-index'],
  ['fleet-index', 'changes'],
  ['changes', 'bulk'],
  ['bulk', 'fleet-index'],
] as const;

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

/** A chain of imports from the program to two files that it must not reach. */
const WAY = ['src/main.ts', 'src/compose.ts', 'src/gateway/http/near.ts', 'src/gateway/http/far.ts'] as const;

/** Each rule of a tool, broken once. All violations of one tool are planted in one tree and do not affect one another. */
export const VIOLATIONS: Readonly<Record<'dependencies' | 'syntax' | 'lint', readonly Violation[]>> = {
  dependencies: [
    {
      forbids: 'two files that import each other, even only for types',
      finds: [['no-cycles', 'src/sim-api/client.ts', 'src/sim-api/wire/sim-record.ts']],
      before: {
        'src/sim-api/wire/sim-record.ts': ["import type { SimApi } from '../client.ts';", 'type A = SimApi;'],
        'src/sim-api/client.ts': [
          "import type { SimRecord } from './wire/sim-record.ts';",
          'type R = SimRecord;',
        ],
      },
    },
    {
      forbids: 'a direct or indirect import of the sandbox',
      finds: [
        ...WAY.map((file): Finding => ['nothing-reaches-sandbox', file, 'src/sandbox/api/answer.ts']),
        ['gateway-imports-what-is-below', 'src/gateway/http/far.ts', 'src/sandbox/api/answer.ts'],
        ['modules-are-entered-by-index', 'src/compose.ts', 'src/gateway/http/near.ts'],
      ],
      before: { 'src/compose.ts': ["import './gateway/http/near.ts';"] },
      files: {
        'src/gateway/http/near.ts': "import './far.ts';\n",
        'src/gateway/http/far.ts': `import type { answer } from '../../sandbox/api/answer.ts';
import type { show } from '../../terminal/screen.ts';

export type A = typeof answer | typeof show;
`,
      },
    },
    {
      // The planted files of the chain to the sandbox also lead to the CLI.
      forbids: 'a direct or indirect import of the CLI',
      finds: [
        ...WAY.map((file): Finding => ['nothing-reaches-terminal', file, 'src/terminal/screen.ts']),
        ['gateway-imports-what-is-below', 'src/gateway/http/far.ts', 'src/terminal/screen.ts'],
      ],
    },
    {
      forbids: 'a module of the gateway imported by the sandbox',
      finds: [['sandbox-stands-alone', 'src/sandbox/api/answer.ts', 'src/base/clock.ts']],
      before: {
        'src/sandbox/api/answer.ts': [
          "import type { monotonicMs } from '../../base/clock.ts';",
          'type A = typeof monotonicMs;',
        ],
      },
    },
    {
      forbids: 'a module of the gateway imported by the CLI',
      finds: [['terminal-stands-alone', 'src/terminal/screen.ts', 'src/sim-api/index.ts']],
      before: {
        'src/terminal/screen.ts': [
          "import type { SimRecord } from '../sim-api/index.ts';",
          'type A = SimRecord;',
        ],
      },
    },
    ...UPWARD.map(
      ([module, above]): Violation => ({
        forbids: `${module} importing ${above}, which is not below it`,
        finds: [[`${module}-imports-what-is-below`, `src/${module}/upward.ts`, `src/${above}/index.ts`]],
        files: { [`src/${module}/upward.ts`]: `import type {} from '../${above}/index.ts';\n` },
      }),
    ),
    {
      forbids: 'a file of another module imported without its index.ts',
      finds: [['modules-are-entered-by-index', 'src/gateway/loaders.ts', 'src/ledger/record.ts']],
      before: {
        'src/gateway/loaders.ts': [
          "import type { record } from '../ledger/record.ts';",
          'type R = typeof record;',
        ],
      },
    },
    {
      forbids: 'gateway imported by a file other than compose.ts',
      finds: [
        ['only-compose-imports-gateway', 'src/bulk/planted.ts', 'src/gateway/index.ts'],
        ['bulk-imports-what-is-below', 'src/bulk/planted.ts', 'src/gateway/index.ts'],
      ],
      files: { 'src/bulk/planted.ts': "import type {} from '../gateway/index.ts';\n" },
    },
    {
      forbids: 'config.ts imported by a module',
      finds: [
        ['only-programs-import-config', 'src/gateway/http/planted.ts', 'src/config.ts'],
        ['gateway-imports-what-is-below', 'src/gateway/http/planted.ts', 'src/config.ts'],
      ],
      files: { 'src/gateway/http/planted.ts': "import type {} from '../../config.ts';\n" },
    },
    {
      forbids: 'a GraphQL package in an engine',
      finds: [
        ...GRAPHQL.map((name): Finding => ['engines-know-no-graphql', 'src/ledger/planted.ts', name]),
        ['apollo-at-the-edge-only', 'src/ledger/planted.ts', '@apollo/server'],
      ],
      files: {
        'src/ledger/planted.ts': `${GRAPHQL.map((name) => `import type {} from '${name}';`).join('\n')}\n`,
      },
    },
    {
      forbids: "an import of another noun's loader",
      finds: [
        ['noun-sees-types-only', 'src/gateway/alert/alert.resolver.ts', 'src/gateway/sim/sim.loader.ts'],
      ],
      before: {
        'src/gateway/alert/alert.resolver.ts': [
          "import { simLoader } from '../sim/sim.loader.ts';",
          'simLoader();',
        ],
      },
    },
    {
      forbids: 'a type file that imports a loader, resolver or other behaviour of its noun',
      finds: ROLES.map((role) => [
        'type-imports-no-behaviour',
        'src/gateway/sim/sim.type.ts',
        `src/gateway/sim/sim.${role}.ts`,
      ]),
      before: {
        'src/gateway/sim/sim.type.ts': ROLES.map((role) => `import type {} from './sim.${role}.ts';`),
      },
      // The clean tree has a loader of SIMs.
      files: Object.fromEntries(
        ROLES.slice(1).map((role) => [`src/gateway/sim/sim.${role}.ts`, 'export const it = 1;\n']),
      ),
    },
    {
      forbids: 'Apollo in a resolver',
      finds: [['apollo-at-the-edge-only', 'src/gateway/alert/alert.resolver.ts', '@apollo/server']],
      before: {
        'src/gateway/alert/alert.resolver.ts': [
          "import type { ApolloServer } from '@apollo/server';",
          'type A = ApolloServer;',
        ],
      },
    },
    {
      forbids: 'SQL in a resolver',
      finds: ['kysely', 'pg'].map((name) => [
        'sql-in-stores-only',
        'src/gateway/alert/alert.resolver.ts',
        name,
      ]),
      before: {
        'src/gateway/alert/alert.resolver.ts': ["import type {} from 'kysely';", "import type {} from 'pg';"],
      },
    },
  ],
  syntax: [
    {
      forbids: "a property of another noun's object type",
      finds: [['edge: Alert.sim', 'src/gateway/alert/alert.type.ts:6']],
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
      forbids: 'a decorator without an explicit type',
      finds: GUESSED.map(([what], index) => [
        `thunk: ${what}`,
        `src/gateway/alert/planted.type.ts:${index + 5}`,
      ]),
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
      finds: [['thunk: @Resolver', 'src/gateway/alert/planted.resolver.ts:3']],
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
    {
      forbids: 'another import before reflect-metadata in a program that loads type-graphql',
      finds: ['src/compose.ts', 'src/gateway/emit-schema.ts'].map((path) => [
        'reflect-metadata-first: the',
        `${path}:1`,
      ]),
      before: {
        'src/compose.ts': ["import 'node:fs';"],
        'src/gateway/emit-schema.ts': ["import 'node:fs';"],
      },
    },
    {
      forbids: 'decorator metadata',
      finds: [['no-decorator-metadata: emitDecoratorMetadata', 'tsconfig.json']],
      files: {
        'tsconfig.json':
          '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
      },
    },
    {
      forbids: 'a barrel',
      finds: [['no-barrels: import', 'src/gateway/sim/index.ts:1']],
      files: { 'src/gateway/sim/index.ts': "export * from './sim.type.ts';\n" },
    },
    {
      forbids: 'vague file names',
      finds: VAGUE.map((path) => ['names: do', `${path}:1`]),
      files: Object.fromEntries(VAGUE.map((path) => [path, 'export const it = 1;\n'])),
    },
  ],
  lint: [
    {
      forbids: 'the environment read outside config.ts',
      finds: [['lint/style/noProcessEnv', 'src/base/zone.ts']],
      files: { 'src/base/zone.ts': 'export const zone = process.env.TZ;\n' },
    },
    {
      forbids: 'the environment imported by its name outside config.ts',
      finds: [['lint/style/noProcessEnv', 'src/base/language.ts']],
      files: {
        'src/base/language.ts': "import { env } from 'node:process';\n\nexport const language = env.LANG;\n",
      },
    },
    {
      forbids: 'a default export',
      finds: [['lint/style/noDefaultExport', 'src/base/one.ts']],
      files: { 'src/base/one.ts': 'export default 1;\n' },
    },
  ],
};

/** The clean tree with all of these violations. Errors: throws if one of them would hide another. */
export function planted(violations: readonly Violation[]): Files {
  const files: Record<string, string> = { ...CLEAN } as Record<string, string>;
  const whole = new Set<string>();
  for (const violation of violations)
    for (const [path, text] of Object.entries(violation.files ?? {})) {
      if (whole.has(path) || text === undefined) throw new Error(`${path} is planted twice`);
      whole.add(path);
      files[path] = text;
    }
  for (const violation of violations)
    for (const [path, lines] of Object.entries(violation.before ?? {})) {
      if (whole.has(path)) throw new Error(`${path} is planted twice`);
      files[path] = `${lines.join('\n')}\n${files[path] ?? ''}`;
    }
  return files;
}
