import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import { GatewayError } from '../../errors/index.ts';
import { refuseRequest } from './refuse-request.ts';

/**
 * Maximum number of objects and lists in each other in an input value. A filter may contain filters, and graphql-js coerces values by
 * recursion: a deeper value could overflow the stack. A filter in a bulk operation with every level that it may have is 16 levels deep.
 */
const maxInputDepth = 32;

const rule = `nests its input values more than ${maxInputDepth} levels deep`;
const refusal = () => new GatewayError('QUERY_TOO_COMPLEX', { message: `The operation ${rule}` });

/** The validation rule for values in the text of an operation. */
export function inputDepthRule(context: ValidationContext): ASTVisitor {
  let depth = 0;
  const level = {
    enter() {
      depth++;
      if (depth === maxInputDepth + 1)
        context.reportError(new GraphQLError(rule, { originalError: refusal() }));
    },
    leave() {
      depth--;
    },
  };
  return { ObjectValue: level, ListValue: level };
}

/** Checks the variables as the caller gave them. Errors: QUERY_TOO_COMPLEX. */
export function checkVariableDepth(variables: Readonly<Record<string, unknown>>): void {
  if (Object.values(variables).some(isTooDeep)) throw refuseRequest(refusal());
}

/** Whether a value from JSON nests too deeply. */
export function isTooDeep(value: unknown): boolean {
  return isDeeperThan(maxInputDepth, value);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeperThan(levels - 1, inner)) return true;
  return false;
}
