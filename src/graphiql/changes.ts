import { type FieldNode, type FragmentDefinitionNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** What an operation changes, as far as its text and variables say it. */
export interface Change {
  readonly operation: string | null;
  /** The mutation fields, in the order of the text. */
  readonly fields: readonly ChangingField[];
}

export interface ChangingField {
  readonly name: string;
  /** For example `1 SIM: 8937204016076059646`. Null if the arguments name neither SIMs nor an object. */
  readonly target: string | null;
  /** Whether it closes SIMs. */
  readonly isIrreversible: boolean;
}

interface Body {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: unknown;
}

/** Null if the operation is not a mutation, and for a text that the gateway cannot parse either. */
export function changeOf({ query, operationName, variables }: Body): Change | null {
  const definitions = definitionsOf(query);
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const mutation = operations.find(
    ({ operation, name }) =>
      operation === 'mutation' && (operationName === undefined || name?.value === operationName),
  );
  if (mutation === undefined) return null;
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const values: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of mutation.variableDefinitions ?? [])
    if (defaultValue !== undefined) values[variable.name.value] = valueFromASTUntyped(defaultValue);
  Object.assign(values, variables);
  return {
    operation: mutation.name?.value ?? null,
    fields: fieldsOf(mutation, fragments).map((field) => describe(field, values)),
  };
}

function definitionsOf(query: string) {
  try {
    return parse(query).definitions;
  } catch {
    return [];
  }
}

/** The fields of a selection and of its fragments. Each fragment counts once, so that a cycle ends. */
function fieldsOf(
  { selectionSet: { selections } }: Pick<FragmentDefinitionNode, 'selectionSet'>,
  fragments: Map<string, FragmentDefinitionNode>,
): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection, fragments);
    const fragment = fragments.get(selection.name.value);
    fragments.delete(selection.name.value);
    return fragment === undefined ? [] : fieldsOf(fragment, fragments);
  });
}

function describe({ name, arguments: given }: FieldNode, values: Record<string, unknown>): ChangingField {
  const argument = given?.find((candidate) => candidate.name.value === 'input');
  const input = argument === undefined ? undefined : valueFromASTUntyped(argument.value, values);
  const { action, expectedCount, id } = fieldsIn(input);
  const sims = targetOf(input);
  const object = id == null ? null : `${name.value === 'cancelBulkOperation' ? 'operation' : 'id'} ${id}`;
  return {
    name: typeof action === 'string' ? `${name.value} ${action}` : name.value,
    target:
      sims !== null && typeof expectedCount === 'number'
        ? `${sims}, if exactly ${expectedCount}`
        : (sims ?? object),
    isIrreversible: name.value === 'closeSim' || action === 'CLOSE',
  };
}

/** Describes the SIMs in the input of a mutation: `sims` and `sim`, `target` of a bulk operation, `scope` of alerts. */
function targetOf(input: unknown): string | null {
  const { sims, sim, list, group, filter, wholeAccount, target, scope } = fieldsIn(input);
  if (target !== undefined) return targetOf(target);
  if (scope !== undefined) return targetOf(scope);
  // GraphQL accepts one value in place of a list.
  if (sims != null) return named((Array.isArray(sims) ? sims : [sims]).map(keyOf));
  if (typeof list === 'string') return named(list.split(/[\s,;]+/).filter(Boolean));
  if (sim != null) return named([keyOf(sim)]);
  if (filter != null) return 'all SIMs that match the filter';
  if (wholeAccount === true) return 'the whole account';
  // In the input itself, `group` is the new group of the SIMs, beside `sims` or `sim`.
  return typeof group === 'string' ? `all SIMs of the group ${group}` : null;
}

const fieldsIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const keyOf = (sim: unknown) => Object.values(fieldsIn(sim)).join(', ');

const shownSims = 3;

/** The number of SIMs, and the first ones. */
function named(sims: readonly string[]): string {
  const count = `${sims.length} ${sims.length === 1 ? 'SIM' : 'SIMs'}`;
  if (sims.length === 0) return count;
  const others = sims.length - shownSims;
  return `${count}: ${sims.slice(0, shownSims).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
