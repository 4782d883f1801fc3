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
import { inputDepthRule } from './input-depth.ts';

/** Limits of one operation. `sims.nodes.cost.cost.amount` is 5 levels deep. */
const maximum = {
  depth: 12,
  aliases: 50,
  directives: 20,
  tokens: 20_000,
  lines: 10_000,
  characters: 300_000,
};

/** 1000 SIMs as literals are 5,000 tokens. */
export const parseOptions: ParseOptions = { maxTokens: maximum.tokens };

/** Options of a graphql-armor rule: reports QUERY_TOO_COMPLEX with `what` as the message, and continues the validation. */
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

/**
 * Refuses a long text, and one of many lines, before it is parsed. For each error graphql-js searches the text for line breaks: a thousand
 * errors in a text with megabytes of spaces or empty lines, which are no tokens, would take many seconds. Errors: QUERY_TOO_COMPLEX.
 */
export function checkText(text: string): void {
  const refuse = (what: string) =>
    new GatewayError('QUERY_TOO_COMPLEX', { message: `The operation has more than ${what}` });
  if (text.length > maximum.characters)
    throw refuse(`${maximum.characters} characters: pass long lists as variables`);
  let lines = 1;
  for (const _ of text.matchAll(/[\n\r]/g))
    if (++lines > maximum.lines) throw refuse(`${maximum.lines} lines`);
}

/** Refuses an operation type that the schema does not have: graphql-js detects it only during execution. */
function operationTypeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation) != null) return;
      context.reportError(new GraphQLError(`The schema has no ${node.operation}`, { nodes: node }));
    },
  };
}

/** Validation rules in addition to those of graphql-js; the same for every protocol. */
export const limitRules: ValidationRule[] = [
  maxDepthRule({
    n: maximum.depth,
    flattenFragments: true,
    ...refuse(`nests its fields more than ${maximum.depth} levels deep`),
  }),
  maxAliasesRule({ n: maximum.aliases, ...refuse(`has more than ${maximum.aliases} aliases`) }),
  operationTypeRule,
  inputDepthRule,
  maxDirectivesRule({ n: maximum.directives, ...refuse(`has more than ${maximum.directives} directives`) }),
];
