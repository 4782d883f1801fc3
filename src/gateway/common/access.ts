import { type FieldNode, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { Authorized, Extensions } from 'type-graphql';
import type { Scope } from '../../auth/index.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What a caller needs to select a field. */
export interface AccessRule {
  /** The caller needs one of these; empty: every authenticated caller may select the field. */
  readonly scopes: readonly Scope[];
  /** Scopes that the values of the arguments need, all of them. The arguments are as the caller gave them; they may be invalid. */
  readonly ofArguments?: (args: Arguments) => readonly Scope[];
  /** Names of the groups that the arguments are about; null: the whole account. A caller that is limited to groups is refused others. */
  readonly groupsOfArguments?: (args: Arguments) => readonly string[] | null;
  /** The field is about all SIMs of the account: it is refused to callers that are limited to groups. */
  readonly coversAccount?: true;
}

/** Fields that are null because the caller lacks PERSONAL: each name once, and all their places in the document. */
export interface HiddenFields {
  readonly names: readonly string[];
  readonly nodes: readonly FieldNode[];
}

class DeclaredAccess {
  constructor(readonly rule: AccessRule) {}
}

/**
 * Declares what a field needs. The document is checked before it runs; Type-GraphQL checks a field that has a resolver again. Every root
 * field has a rule. A field without one needs what the fields above it need.
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
