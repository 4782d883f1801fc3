import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  GraphQLError,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { GatewayError } from '../../errors/index.ts';

/** What one operation may be at most. `sims.nodes.cost.cost.amount` is 5 deep. */
const maximum = { depth: 12, aliases: 50, directives: 20, tokens: 20_000 };

/** 1000 SIMs written out as literals are 5,000 tokens. */
export const parseOptions: ParseOptions = { maxTokens: maximum.tokens };

/** A rule that has found too much says so in our words, with our code, and lets validation go on. */
const refuse = (what: string) => ({
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null) =>
      context?.reportError(
        new GraphQLError(what, {
          originalError: new GatewayError('QUERY_TOO_COMPLEX', { message: `The operation ${what}` }),
        }),
      ),
  ],
});

/** Refuses an operation of a type that the schema does not have: graphql-js finds that out only when it executes the operation. */
function operationTypeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation) != null) return;
      context.reportError(new GraphQLError(`The schema has no ${node.operation}`, { nodes: node }));
    },
  };
}

/** Rules beside those of GraphQL that an operation must keep before anything is executed; the same for every protocol. */
export const limitRules: ValidationRule[] = [
  maxDepthRule({
    n: maximum.depth,
    flattenFragments: true,
    ...refuse(`nests its fields more than ${maximum.depth} levels deep`),
  }),
  maxAliasesRule({ n: maximum.aliases, ...refuse(`has more than ${maximum.aliases} aliases`) }),
  operationTypeRule,
  maxDirectivesRule({ n: maximum.directives, ...refuse(`has more than ${maximum.directives} directives`) }),
];
