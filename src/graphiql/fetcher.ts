import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, Kind, parse } from 'graphql';
import { authorizationOf, currentKey, loadViewer, reportRefusal } from './credential.ts';
import { isUnauthenticated, post } from './post.ts';

/** Returns an iterable of one answer instead of a promise, so that stopping an operation also aborts its request. */
export const fetcher: Fetcher = (params, options) => {
  const abort = new AbortController();
  let asked = false;
  const iterator: AsyncIterator<ExecutionResult> = {
    async next() {
      if (asked) return { done: true, value: undefined };
      asked = true;
      const value = await ask(params, options?.headers ?? {}, abort.signal);
      return abort.signal.aborted ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      abort.abort();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};

/** Sends an operation with the page's key, unless the headers editor has an authorization. */
async function ask(
  params: FetcherParams,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const body = { ...params, operationName: nameIn(params) };
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
    return post(body, headers, signal);
  const key = currentKey();
  const answer = await post(body, { ...headers, ...authorizationOf(key) }, signal);
  if (isUnauthenticated(answer)) reportRefusal(key);
  // After the start, only if the gateway could not answer then.
  else void loadViewer();
  return answer;
}

/**
 * The operation's name, if the query contains that operation. GraphiQL updates the name with a delay after the query: a user who
 * switches tabs and runs at once would request the operation of the previous tab.
 */
function nameIn({ query, operationName }: FetcherParams): string | undefined {
  try {
    const named = parse(query).definitions.find(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName,
    );
    return named === undefined ? undefined : (operationName ?? undefined);
  } catch {
    // The gateway reports syntax errors.
    return undefined;
  }
}
