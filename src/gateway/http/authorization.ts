import { getArgumentValues, getVariableValues } from 'graphql';
import { GatewayError } from '../../errors/index.ts';
import { type HiddenFields, missingScopes, refusalOfReach, refusalOfScopes } from '../common/access.ts';
import { type GuardedField, guardedFieldsOf, type Variables } from './guarded-fields.ts';
import { refuseRequest } from './refuse-request.ts';
import type { Resolved } from './resolved.ts';

/**
 * Checks the scopes of the caller once for the whole operation, before it runs. The arguments are coerced as for the execution, so that the
 * check cannot see other values than the resolvers. Fields that need PERSONAL do not refuse the operation: returns those that will be null.
 * Errors: FORBIDDEN, which names the fields and the scopes.
 */
export function checkAccess(request: Resolved): HiddenFields | null {
  const { principal } = request.contextValue;
  if (principal.hasAllScopes && principal.groups === null) return null;
  try {
    return check(request);
  } catch (error) {
    // The execution refuses the operation too, and reports what is wrong with the variables.
    if (error instanceof InvalidVariables) return null;
    throw error;
  }
}

/** The variables of an operation cannot be coerced. */
class InvalidVariables extends Error {}

function check(request: Resolved): HiddenFields | null {
  const { principal } = request.contextValue;
  const variables = onFirstUse(() => coercedVariables(request));
  const hidden: GuardedField[] = [];
  const missing: { name: string; anyOf: ReturnType<typeof missingScopes>[number] }[] = [];
  for (const field of guardedFieldsOf(request, variables)) {
    const { name, rule } = field;
    const args = needsArguments(field) ? coercedArguments(field, variables()) : {};
    // The execution does not resolve the field.
    if (args === null) continue;
    const reach = refusalOfReach(principal, name, rule, args);
    if (reach !== null) throw refuseRequest(reach);
    const lacks = missingScopes(principal, rule, args);
    if (lacks.some((anyOf) => anyOf.includes('PERSONAL')) && rule.scopes.includes('PERSONAL'))
      hidden.push(field);
    else for (const anyOf of lacks) missing.push({ name, anyOf });
  }
  if (missing.length > 0) throw refuseRequest(refusalOfScopes(missing));
  if (hidden.length === 0) return null;
  return { names: [...new Set(hidden.map(({ name }) => name))], nodes: hidden.map(({ node }) => node) };
}

/** FORBIDDEN for fields that are null without PERSONAL. */
export function hiddenError({ names }: HiddenFields): GatewayError {
  return new GatewayError('FORBIDDEN', {
    message: `${names.join(', ')}: null, because the caller lacks the scope PERSONAL.`,
    requiredScopes: ['PERSONAL'],
  });
}

function needsArguments({ rule }: GuardedField): boolean {
  return rule.ofArguments !== undefined || rule.reachOfArguments !== undefined;
}

/** Errors: InvalidVariables. */
function coercedVariables({ schema, operation, request }: Resolved): Variables {
  const { variableDefinitions = [] } = operation;
  const { coerced } = getVariableValues(schema, variableDefinitions, request.variables ?? {}, {
    maxErrors: 1,
  });
  if (coerced === undefined) throw new InvalidVariables();
  return coerced;
}

/** Null if the arguments of the field are not valid. */
function coercedArguments({ definition, node }: GuardedField, variables: Variables): Variables | null {
  try {
    return getArgumentValues(definition, node, variables);
  } catch {
    return null;
  }
}

function onFirstUse<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
