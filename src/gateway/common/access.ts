import { type FieldNode, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { type AuthChecker, Authorized, Extensions } from 'type-graphql';
import type { Principal, Scope } from '../../auth/index.ts';
import { GatewayError } from '../../errors/index.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What a caller needs to select a field. The arguments are as GraphQL coerced them. */
export interface AccessRule {
  /** The caller needs one of these; empty: every authenticated caller may select the field. */
  readonly scopes: readonly Scope[];
  /** Scopes that the values of the arguments need, all of them. One of `scopes` among them takes the place of `scopes`. */
  readonly ofArguments?: (args: Arguments) => readonly Scope[];
  /** What the arguments are about. A caller that is limited to groups is refused other groups, and the whole account. */
  readonly reachOfArguments?: (args: Arguments) => Reach;
  /** The field is about the whole account, with any arguments. */
  readonly coversAccount?: true;
}

/** Names of groups, or the whole account. */
export type Reach = readonly string[] | 'account';

/** Fields that are null because the caller lacks PERSONAL: each name once, and all their places in the document. */
export interface HiddenFields {
  readonly names: readonly string[];
  readonly nodes: readonly FieldNode[];
}

class DeclaredAccess {
  constructor(readonly rule: AccessRule) {}
}

/**
 * Declares what a field needs. The document is checked before it runs. Type-GraphQL checks a field again before its resolver, unless the
 * field answers from memory. Every root field has a rule. A field without one needs what the fields above it need.
 */
export function Access(rule: AccessRule): PropertyDecorator & MethodDecorator {
  const declare = Extensions({ access: new DeclaredAccess(rule) });
  if (rule.scopes.length === 0) return declare;
  const authorize = Authorized(...rule.scopes);
  return (target: object, name: string | symbol, descriptor?: PropertyDescriptor) => {
    declare(target, name, descriptor as never);
    authorize(target, name, descriptor as never);
  };
}

export function accessRuleOf({ extensions }: GraphQLField<unknown, unknown>): AccessRule | undefined {
  return extensions.access instanceof DeclaredAccess ? extensions.access.rule : undefined;
}

/** The scopes that a caller lacks: of each list it needs one. */
export function missingScopes(
  { scopes: owned }: Principal,
  { scopes, ofArguments }: AccessRule,
  args: Arguments,
): (readonly Scope[])[] {
  const needed = (ofArguments?.(args) ?? []).map((scope) => [scope]);
  const isSpecific = needed.some(([scope]) => scope !== undefined && scopes.includes(scope));
  const all = isSpecific || scopes.length === 0 ? needed : [scopes, ...needed];
  return all.filter((anyOf) => !anyOf.some((scope) => owned.has(scope)));
}

/** FORBIDDEN if a field is about SIMs that the caller is not limited to; `name` is that of the field with its type. */
export function refusalOfReach(
  { groups }: Principal,
  name: string,
  { coversAccount, reachOfArguments }: AccessRule,
  args: Arguments,
): GatewayError | null {
  if (groups === null) return null;
  const reach = coversAccount ? 'account' : (reachOfArguments?.(args) ?? []);
  if (reach !== 'account' && reach.every((group) => groups.includes(group))) return null;
  const about = reach === 'account' ? 'the whole account' : 'a group that the caller is not limited to';
  return new GatewayError('FORBIDDEN', {
    message: `${name} is about ${about}: the caller is limited to groups.`,
  });
}

/** FORBIDDEN that names each field and the scopes of which it needs one. */
export function refusalOfScopes(
  missing: readonly { readonly name: string; readonly anyOf: readonly Scope[] }[],
): GatewayError {
  const needs = new Set(missing.map(({ name, anyOf }) => `${name} needs the scope ${anyOf.join(' or ')}`));
  return new GatewayError('FORBIDDEN', {
    message: `${[...needs].join('; ')}: the caller does not have it.`,
    requiredScopes: [...new Set(missing.flatMap(({ anyOf }) => anyOf))],
  });
}

/**
 * The check of Type-GraphQL before a resolver, with the arguments that the resolver gets. The document was checked before: this refuses what
 * that check would have missed. Type-GraphQL takes a function with a prototype for a class.
 */
export const mayResolve: AuthChecker<{ readonly principal: Principal }, Scope> = ({
  context,
  args,
  info,
}) => {
  const { principal } = context;
  const field = info.parentType.getFields()[info.fieldName];
  const rule = field && accessRuleOf(field);
  if (rule === undefined) return false;
  const name = `${info.parentType.name}.${info.fieldName}`;
  const missing = missingScopes(principal, rule, args).map((anyOf) => ({ name, anyOf }));
  if (missing.length > 0) throw refusalOfScopes(missing);
  const refusal = refusalOfReach(principal, name, rule, args);
  if (refusal !== null) throw refusal;
  return true;
};

/** Every field of a schema that has an access rule, with the name of its type. */
export function guardedFields(schema: GraphQLSchema) {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field) => {
          const rule = accessRuleOf(field);
          return rule === undefined ? [] : [{ type: type.name, field, rule }];
        })
      : [],
  );
}

/** Checks that no root field was forgotten. Errors: Error that names a root field without `Access`, or a mutation that needs no scope. */
export function checkAccessRules(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (type == null) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = accessRuleOf(field);
      if (rule === undefined) throw new Error(`${type.name}.${field.name} has no @Access`);
      if (type !== schema.getQueryType() && rule.scopes.length === 0)
        throw new Error(`${type.name}.${field.name} needs no scope, and a change must need one`);
    }
  }
}
