import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Principal, Scope } from '../../auth/index.ts';
import { GatewayError } from '../../errors/index.ts';
import { type AccessRule, accessRuleOf, type HiddenFields } from '../common/access.ts';
import { refuseRequest } from './refuse-request.ts';
import type { Resolved } from './resolved.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** A selected field with an access rule. */
interface GuardedField {
  /** For example `Sim.cost`. */
  readonly name: string;
  readonly node: FieldNode;
  readonly rule: AccessRule;
}

/**
 * Checks the scopes of the caller once for the whole operation, before it runs. Fields that need PERSONAL do not refuse the operation:
 * returns those that will be null. Errors: FORBIDDEN, which names the fields and the scopes.
 */
export function checkAccess(request: Resolved): HiddenFields | null {
  const { principal } = request.contextValue;
  if (principal.hasAllScopes && principal.groups === null) return null;
  const variables = variablesOf(request);
  const hidden: GuardedField[] = [];
  const missing: { field: string; scopes: readonly Scope[] }[] = [];
  for (const guarded of guardedFieldsOf(request, variables)) {
    const { name, node, rule } = guarded;
    const args = argumentsOf(node, variables);
    checkGroups(guarded, args, principal.groups);
    const ofArguments = (rule.ofArguments?.(args) ?? []).filter((scope) => !principal.scopes.has(scope));
    for (const scope of ofArguments) missing.push({ field: name, scopes: [scope] });
    // The scope of an action is one of those that the field needs.
    if (ofArguments.some((scope) => rule.scopes.includes(scope))) continue;
    if (rule.scopes.length === 0 || rule.scopes.some((scope) => principal.scopes.has(scope))) continue;
    if (rule.scopes.includes('PERSONAL')) hidden.push(guarded);
    else missing.push({ field: name, scopes: rule.scopes });
  }
  if (missing.length > 0) throw refuseRequest(refusalOf(missing));
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

function refusalOf(missing: readonly { field: string; scopes: readonly Scope[] }[]): GatewayError {
  const needs = missing.map(({ field, scopes }) => `${field} needs the scope ${scopes.join(' or ')}`);
  return new GatewayError('FORBIDDEN', {
    message: `${[...new Set(needs)].join('; ')}: the caller does not have it.`,
    requiredScopes: [...new Set(missing.flatMap(({ scopes }) => scopes))],
  });
}

/** Refuses a field that is about other groups than those of the caller. */
function checkGroups({ name, rule }: GuardedField, args: Arguments, groups: Principal['groups']): void {
  if (groups === null) return;
  const named = rule.groupsOfArguments === undefined ? [] : rule.groupsOfArguments(args);
  const asked = rule.coversAccount ? null : named;
  if (asked?.every((group) => groups.includes(group))) return;
  const reach = asked === null ? 'the whole account' : 'a group that the caller is not limited to';
  throw refuseRequest(
    new GatewayError('FORBIDDEN', { message: `${name} is about ${reach}: the caller is limited to groups.` }),
  );
}

/** Guarded fields of operations that select the same fields with any variables. */
const fixedFields = new WeakMap<SelectionSetNode, readonly GuardedField[]>();

/** The guarded fields that an operation selects. Each fragment is visited once, however often it is spread. */
function guardedFieldsOf(
  { schema, document, operation }: Resolved,
  variables: Arguments,
): readonly GuardedField[] {
  const known = fixedFields.get(operation.selectionSet);
  if (known !== undefined) return known;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const found: GuardedField[] = [];
  const spread = new Set<string>();
  let isFixed = true;
  const waiting: [SelectionSetNode, GraphQLCompositeType][] = [];
  const visitBelow = (selections: SelectionSetNode | undefined, type: unknown) => {
    if (selections !== undefined && isComposite(type)) waiting.push([selections, type]);
  };
  const visitSelection = (selection: SelectionNode, parent: GraphQLCompositeType) => {
    if ((selection.directives?.length ?? 0) > 0) {
      isFixed = false;
      if (!isIncluded(selection, variables)) return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT)
      visitBelow(selection.selectionSet, typeNamed(schema, selection.typeCondition?.name.value) ?? parent);
    else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined || spread.has(selection.name.value)) return;
      spread.add(selection.name.value);
      visitBelow(fragment.selectionSet, typeNamed(schema, fragment.typeCondition.name.value));
    } else {
      const field = fieldOf(parent, selection);
      if (field === undefined) return;
      const rule = accessRuleOf(field);
      if (rule !== undefined) found.push({ name: `${parent.name}.${field.name}`, node: selection, rule });
      visitBelow(selection.selectionSet, getNamedType(field.type));
    }
  };
  visitBelow(operation.selectionSet, schema.getRootType(operation.operation));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const selection of next[0].selections) visitSelection(selection, next[1]);
  if (isFixed) fixedFields.set(operation.selectionSet, found);
  return found;
}

function isComposite(type: unknown): type is GraphQLCompositeType {
  return isCompositeType(type as never);
}

function typeNamed(schema: GraphQLSchema, name: string | undefined) {
  return name === undefined ? undefined : schema.getType(name);
}

function fieldOf(type: GraphQLCompositeType, { name }: FieldNode) {
  return isObjectType(type) || (isAbstractType(type) && 'getFields' in type)
    ? type.getFields()[name.value]
    : undefined;
}

/** Whether @skip and @include select a node. Anything but the literal that excludes it includes it: the execution checks the values. */
function isIncluded({ directives = [] }: SelectionNode, variables: Arguments): boolean {
  return !directives.some(({ name, arguments: args = [] }) => {
    const condition = args.find((argument) => argument.name.value === 'if')?.value;
    const value = condition && valueFromASTUntyped(condition, variables);
    return (name.value === 'skip' && value === true) || (name.value === 'include' && value === false);
  });
}

function argumentsOf(node: FieldNode, variables: Arguments): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const { name, value } of node.arguments ?? [])
    args[name.value] = valueFromASTUntyped(value, variables);
  return args;
}

/** The variables as the caller gave them, and the defaults of those that are not given. */
function variablesOf({ operation, request }: Resolved): Record<string, unknown> {
  const variables: Record<string, unknown> = { ...request.variables };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (defaultValue !== undefined && variables[name] === undefined)
      variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}
