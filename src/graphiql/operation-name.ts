import { Kind, parse } from 'graphql';

/** The name of the operation that a run of `query` executes if `selected` is selected: undefined if the query is not valid or it has no name. */
export function operationName(query: string, selected: string | null | undefined): string | undefined {
  try {
    const names = parse(query).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : [],
    );
    return names.find((name) => name === selected) ?? names[0];
  } catch {
    return undefined;
  }
}
