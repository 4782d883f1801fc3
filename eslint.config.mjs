/**
 * Lints GraphQL only: the emitted schema, and schema/operations against it. (Biome lints the code.)
 * All rules of graphql-eslint are on, except those that contradict the existing names and shapes of the schema.
 */
import graphql from '@graphql-eslint/eslint-plugin';

const { configs, parser } = graphql;
const rule = (name) => `@graphql-eslint/${name}`;
const off = (names) => Object.fromEntries(names.map((name) => [rule(name), 'off']));

const shared = {
  plugins: { '@graphql-eslint': graphql },
  languageOptions: {
    parser,
    parserOptions: {
      graphQLConfig: { schema: 'schema/schema.graphql', documents: 'schema/operations/*.graphql' },
    },
  },
  linterOptions: { noInlineConfig: true },
};

export default [
  {
    ...shared,
    files: ['schema/schema.graphql'],
    rules: {
      ...configs['flat/schema-all'].rules,
      ...configs['flat/schema-relay'].rules,
      [rule('require-description')]: [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      // Alerts and sessions are paged forwards only, from the newest.
      [rule('relay-arguments')]: ['error', { includeBoth: false }],
      // The SIM API cannot fetch an alert or a session by its id, and short lists need no pages.
      [rule('relay-edge-types')]: [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      ...off([
        'alphabetize', // The order is by meaning.
        'no-root-type', // The schema has mutations.
        'strict-id-in-types', // Costs, usage, results and similar types are parts of a SIM and have no id.
        'require-deprecation-date', // Deprecated fields stay while the SIM API has them.
        'require-field-of-type-query-in-mutation-result', // A mutation returns the SIM as read back.
      ]),
    },
  },
  {
    ...shared,
    files: ['schema/operations/*.graphql'],
    rules: {
      ...configs['flat/operations-all'].rules,
      // The key of an object in a client's cache: its id or, for a SIM, its ICCID.
      [rule('require-selections')]: ['error', { fieldName: ['id', 'iccid'] }],
      ...off([
        'alphabetize', // The order is by meaning.
        'match-document-filename', // The number in the file name orders the examples.
      ]),
    },
  },
];
