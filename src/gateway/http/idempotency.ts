import type { IncomingMessage } from 'node:http';
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { badUserInput } from '../../errors/index.ts';
import { isKey, keyRule } from '../../ledger/index.ts';
import { refuseRequest } from './refuse-request.ts';
import type { Resolved } from './resolved.ts';

const header = 'Idempotency-Key';

/** The idempotency key of a request; null if it has none. Errors: BAD_USER_INPUT. */
export function idempotencyKeyOf(request: IncomingMessage): string | null {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return null;
  const text = String(given);
  // The draft standard of the header has a quoted string; most clients send it without quotes.
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (!isKey(key)) throw badUserInput(`The header ${header}`, keyRule);
  return key;
}

/** Refuses a key for an operation of several mutations: it would be ambiguous which of them the key identifies. Errors: BAD_USER_INPUT. */
export function checkIdempotencyKey({ contextValue, document, operation }: Resolved): void {
  if (!contextValue.hasIdempotencyKey || operation.operation !== 'mutation') return;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  if (mutationsOf(operation.selectionSet, fragments).size > 1)
    throw refuseRequest(badUserInput(`The header ${header}`, 'goes with an operation of one mutation field'));
}

/**
 * Response names of the mutations of an operation, including those in fragments. Each fragment is visited once: otherwise a kilobyte
 * of fragments that refer to one another twice would take minutes.
 */
function mutationsOf(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<string> {
  const names = new Set<string>();
  const seen = new Set<SelectionSetNode>();
  const waiting: (SelectionSetNode | undefined)[] = [root];
  while (waiting.length > 0) {
    const selectionSet = waiting.pop();
    if (selectionSet === undefined || seen.has(selectionSet)) continue;
    seen.add(selectionSet);
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        waiting.push(fragments.get(selection.name.value)?.selectionSet);
      // __typename changes nothing, and some clients add it everywhere.
      else if (selection.name.value !== '__typename') names.add((selection.alias ?? selection.name).value);
    }
  }
  return names;
}
