import type { IncomingMessage } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { Context } from '../context.ts';
import { badUserInput } from '../errors/gateway-error.ts';
import { isKey, keyRule } from '../ledger/idempotency-key.ts';

const header = 'Idempotency-Key';

/** The key that a client gave its request; null where it gave none. Errors: BAD_USER_INPUT. */
export function idempotencyKeyOf(request: IncomingMessage): string | null {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return null;
  const text = String(given);
  // The draft of the header has a quoted string, most clients send the bare word.
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!isKey(key)) throw badUserInput(`The header ${header}`, keyRule);
  return key;
}

/** Refuses a key for an operation of several mutations: it could stand for one of them only, and nobody could tell which. */
export function createIdempotencyPlugin(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue, document, operation }) {
          if (!contextValue.hasIdempotencyKey || operation?.operation !== 'mutation') return;
          const fragments = new Map(
            document.definitions.flatMap((definition) =>
              definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
            ),
          );
          if (fieldsOf(operation.selectionSet, fragments).size > 1)
            throw badUserInput(`The header ${header}`, 'goes with an operation of one mutation field');
        },
      };
    },
  };
}

/** Names under which the fields of a selection are answered, those of its fragments too. */
function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<string> {
  const names = selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return inner === undefined ? [] : [...fieldsOf(inner.selectionSet, fragments)];
  });
  return new Set(names);
}
