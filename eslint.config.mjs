/**
 * Lints GraphQL only: the schema as it is emitted, and schema/operations against it. (Code is Biome's.)
 * Every rule of graphql-eslint is on that does not contradict the schema's settled names and shapes.
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
      // Alerts and sessions are read from the newest on: forwards only.
      [rule('relay-arguments')]: ['error', { includeBoth: false }],
      // The SIM API has no call that fetches an alert or a session by its id; and what is short needs no pages.
      [rule('relay-edge-types')]: [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      ...off([
        'alphabetize', // The order is by meaning.
        'no-root-type', // There are changes.
        'strict-id-in-types', // Costs, usage, results and the like are parts of a SIM and have no id of their own.
        'require-deprecation-date', // What is deprecated stays for as long as the SIM API has it.
        'require-nullable-result-in-root', // Refusals for many SIMs are data: there is always a payload.
        'require-field-of-type-query-in-mutation-result', // A change gives the SIM as read back.
      ]),
    },
  },
  {
    ...shared,
    files: ['schema/operations/*.graphql'],
    rules: {
      ...configs['flat/operations-all'].rules,
      // What a client's cache knows a thing by: its id or, for a SIM, its ICCID.
      [rule('require-selections')]: ['error', { fieldName: ['id', 'iccid'] }],
      ...off([
        'alphabetize', // The order is by meaning.
        'match-document-filename', // Its number gives a file its place among the examples.
      ]),
    },
  },
];
