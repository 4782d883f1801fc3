import { type ExecutionResult, GraphQLError } from 'graphql';

/** A request and its answer. */
export interface Exchange {
  /** An error of the page if no answer came. */
  readonly answer: ExecutionResult;
  /** Code and text of the HTTP status. Null if no answer came. */
  readonly status: string | null;
  /** From the start of the request to the end of the answer. */
  readonly durationMs: number;
  /** Size of the body of the answer, without compression. */
  readonly bytes: number;
}

/** Number of characters shown of a body that is not JSON: enough to identify its sender. */
const shownCharacters = 2_000;

/** Sends a request to the address of the page, so that the page works with any host, port and path. A failure is an answer with an error. */
export async function post(
  operation: object,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Exchange> {
  const startedAt = performance.now();
  let response: Response;
  let body: ArrayBuffer;
  try {
    response = await fetch(window.location.pathname, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(operation),
      signal,
    });
    body = await response.arrayBuffer();
  } catch (error) {
    const answer = problem('No answer came. Is the gateway running?', { reason: String(error) });
    return { answer, status: null, durationMs: performance.now() - startedAt, bytes: 0 };
  }
  const durationMs = performance.now() - startedAt;
  const status = `${response.status} ${response.statusText}`.trimEnd();
  const text = new TextDecoder().decode(body);
  const answer =
    parseObject(text) ??
    problem(`The answer is not GraphQL: HTTP ${status}`, {
      status: response.status,
      contentType: response.headers.get('content-type'),
      // An array of lines, because a line break in a JSON string would be shown as \n.
      body: text.slice(0, shownCharacters).split(/\r?\n/),
    });
  return { answer, status, durationMs, bytes: body.byteLength };
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

/** An answer of the page itself. */
export function problem(message: string, extensions: Record<string, unknown> = {}): ExecutionResult {
  return { errors: [new GraphQLError(message, { extensions })] };
}
