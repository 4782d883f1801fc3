import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { Context } from '../context.ts';
import { acceptedCoding } from './accept.ts';
import { sendText } from './answer.ts';
import { readJsonBody } from './body.ts';
import type { BodyPlace } from './body-budget.ts';
import { compress, minCompressedBytes } from './compression.ts';
import { checkText } from './limits.ts';

/** The methods of `/graphql`, in the form of the header Allow. */
export const graphqlMethods = 'GET, POST';

/** Passes a request to Apollo Server, which does content negotiation, CSRF protection and the HTTP status of GraphQL errors. */
export async function handleGraphql(
  apollo: ApolloServer<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
  context: Context,
  place: BodyPlace,
): Promise<void> {
  try {
    const body = request.method === 'POST' ? await readJsonBody(request, place) : undefined;
    // Already answered, because the body came too slowly or was evicted: the operation must not run.
    if (response.headersSent) return;
    if (typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string')
      checkText(body.query);
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: (request.method ?? 'GET').toUpperCase(),
        headers: headersOf(request),
        search,
        body,
      },
      context: async () => context,
    });
    await send(answer, request, response, context.requestId);
  } finally {
    place.leave();
  }
}

async function send(
  { body, headers, status = 200 }: HTTPGraphQLResponse,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  if (body.kind !== 'complete') throw new Error('incremental delivery is not supported');
  for (const [name, value] of headers) response.setHeader(name, value);
  const text = status < 400 ? body.string : withRequestId(body.string, requestId);
  const contentType = headers.get('content-type') ?? 'application/json; charset=utf-8';
  const coding =
    text.length < minCompressedBytes ? null : acceptedCoding(request.headers['accept-encoding']?.toString());
  if (coding === null) {
    sendText(response, status, contentType, text);
    return;
  }
  const compressed = await compress(Buffer.from(text), coding);
  // Already answered while the body was compressed, because the rest of the request came too slowly.
  if (response.headersSent) return;
  response.setHeader('content-encoding', coding);
  sendText(response, status, contentType, compressed);
}

/**
 * The headers for Apollo Server. An Accept header that only asks for JSON is left out: without it the answer is JSON too, and Apollo Server
 * does not negotiate twice.
 */
function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const accept = headers.get('accept');
  if (accept === 'application/json' || accept === '*/*') headers.delete('accept');
  return headers;
}

/** Adds the request id to errors from before the operation was known, which the Apollo plugin does not reach. */
function withRequestId(text: string, requestId: string): string {
  const answer: { errors?: { extensions?: object }[] } = JSON.parse(text);
  for (const error of answer.errors ?? []) error.extensions = { ...error.extensions, requestId };
  return JSON.stringify(answer);
}
