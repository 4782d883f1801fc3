import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, GraphQLError, Kind, parse } from 'graphql';

/** Number of characters shown of a body that is not JSON: enough to identify its sender. */
const shownCharacters = 2_000;

/**
 * Sends operations to the address of the page, so that the page works with any host, port and path.
 * Returns an iterable of one answer instead of a promise, so that stopping an operation also aborts its request.
 */
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

async function ask(
  params: FetcherParams,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(window.location.pathname, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ ...params, operationName: nameIn(params) }),
      signal,
    });
    text = await response.text();
  } catch (error) {
    return problem('No answer came. Is the gateway running?', { reason: String(error) });
  }
  return (
    parseObject(text) ??
    problem(`The answer is not GraphQL: HTTP ${response.status} ${response.statusText}`.trimEnd(), {
      status: response.status,
      contentType: response.headers.get('content-type'),
      // An array of lines, because a line break in a JSON string would be shown as \n.
      body: text.slice(0, shownCharacters).split(/\r?\n/),
    })
  );
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

function parseObject(text: string): ExecutionResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function problem(message: string, extensions: Record<string, unknown>): ExecutionResult {
  return { errors: [new GraphQLError(message, { extensions })] };
}
