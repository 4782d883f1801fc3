import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Context } from '../context.ts';
import { sendText } from './answer.ts';
import { readJsonBody } from './body.ts';
import type { BodyPlace } from './body-budget.ts';

/** Passes a request to Apollo Server, which does content negotiation, CSRF protection and the HTTP status of GraphQL errors. */
export async function handleGraphql(
  apollo: ApolloServer<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
  context: Context,
  place: BodyPlace,
): Promise<void> {
  const body = request.method === 'POST' ? await readJsonBody(request, place) : undefined;
  // Already answered, because the body came too slowly or was evicted: the operation must not run.
  if (response.headersSent) return;
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: (request.method ?? 'GET').toUpperCase(),
      headers: headersOf(request),
      search,
      body,
    },
    context: async () => context,
  });
  if (answer.body.kind !== 'complete') throw new Error('incremental delivery is not supported');
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  const status = answer.status ?? 200;
  const text = status < 400 ? answer.body.string : withRequestId(answer.body.string, context.requestId);
  sendText(response, status, answer.headers.get('content-type') ?? 'application/json; charset=utf-8', text);
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return headers;
}

/** Adds the request id to errors from before the operation was known, which the Apollo plugin does not reach. */
function withRequestId(text: string, requestId: string): string {
  const answer: { errors?: { extensions?: object }[] } = JSON.parse(text);
  for (const error of answer.errors ?? []) error.extensions = { ...error.extensions, requestId };
  return JSON.stringify(answer);
}
