import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  visit,
} from 'graphql';
import { type ArgumentPath, argumentPathOf } from '../../errors/index.ts';

/**
 * The path of a value from the arguments of the field on whose resolver refused it. A mutation checks the values inside its argument
 * `input`, and names them without it.
 */
export function pathInField(path: ArgumentPath, { nodes }: GraphQLError): ArgumentPath {
  const [node] = nodes ?? [];
  const names = node?.kind === Kind.FIELD ? (node.arguments ?? []).map(({ name }) => name.value) : [];
  return !names.includes(String(path[0])) && names.includes('input') ? ['input', ...path] : path;
}

/**
 * Adds `argumentPath` to the errors of values that graphql-js refused while it coerced variables and arguments. graphql-js puts the path
 * inside a variable only into its message. A variable that is used several times counts at its first place; one that only directives use
 * has no path.
 */
export function addArgumentPaths(
  errors: readonly GraphQLError[],
  operation: OperationDefinitionNode | undefined,
  document: DocumentNode | undefined,
): void {
  const places = new Map<string, ArgumentPath | undefined>();
  const placeOf = (name: string) => {
    if (operation === undefined || document === undefined) return undefined;
    if (!places.has(name)) places.set(name, pathToVariable(name, operation, document));
    return places.get(name);
  };
  for (const error of errors) {
    const argumentPath = pathOfCoercion(error, placeOf);
    if (argumentPath !== undefined) Object.assign(error.extensions, { argumentPath });
  }
}

function pathOfCoercion(
  { message, nodes }: GraphQLError,
  placeOf: (variable: string) => ArgumentPath | undefined,
): ArgumentPath | undefined {
  const [, argument] = /^Argument "(\w+)" /.exec(message) ?? [];
  if (argument !== undefined) return [argument];
  const [node] = nodes ?? [];
  if (node?.kind !== Kind.VARIABLE_DEFINITION) return undefined;
  const name = node.variable.name.value;
  const place = placeOf(name);
  const [, inside = ''] = new RegExp(` at "${name}([^"]+)"; `).exec(message) ?? [];
  return place && [...place, ...argumentPathOf(inside)];
}

/** The path, from the arguments of a field on, at which an operation uses a variable; undefined if it does not. */
function pathToVariable(
  name: string,
  operation: OperationDefinitionNode,
  { definitions }: DocumentNode,
): ArgumentPath | undefined {
  let found: ArgumentPath | undefined;
  const waiting: (ASTNode | undefined)[] = [operation];
  const spread = new Set<string>();
  while (waiting.length > 0 && found === undefined)
    visit(waiting.shift() ?? operation, {
      // Its arguments are not those of a field.
      [Kind.DIRECTIVE]: () => false,
      FragmentSpread({ name: fragment }) {
        if (spread.has(fragment.value)) return;
        spread.add(fragment.value);
        waiting.push(
          definitions.find(
            (definition) =>
              definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === fragment.value,
          ),
        );
      },
      Argument({ name: argument, value }) {
        const inside = pathInValue(name, value);
        if (inside === undefined) return undefined;
        found = [argument.value, ...inside];
        return BREAK;
      },
    });
  return found;
}

function pathInValue(name: string, value: ValueNode): ArgumentPath | undefined {
  if (value.kind === Kind.VARIABLE) return value.name.value === name ? [] : undefined;
  const inner: [string | number, ValueNode][] = [];
  if (value.kind === Kind.LIST) inner.push(...value.values.entries());
  if (value.kind === Kind.OBJECT)
    for (const field of value.fields) inner.push([field.name.value, field.value]);
  for (const [step, below] of inner) {
    const path = pathInValue(name, below);
    if (path !== undefined) return [step, ...path];
  }
  return undefined;
}
