import { type ExecutionResult, GraphQLError } from 'graphql';

/** Number of characters shown of a body that is not JSON: enough to identify its sender. */
const shownCharacters = 2_000;

/** Sends a request to the address of the page, so that the page works with any host, port and path. A failure is an answer with an error. */
export async function post(
  body: object,
  headers: Readonly<Record<string, string>>,
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
      body: JSON.stringify(body),
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

/** Whether the gateway refused the credentials of a request, or the lack of them. */
export function isUnauthenticated({ errors }: ExecutionResult): boolean {
  return errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') ?? false;
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
