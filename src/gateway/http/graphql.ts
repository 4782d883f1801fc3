import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Context } from '../context.ts';
import { sendText } from './answer.ts';
import { readJsonBody } from './body.ts';
import type { BodyPlace } from './body-budget.ts';

/** Apollo Server over node:http: negotiation, CSRF protection and what a GraphQL error means in HTTP are Apollo's. */
export async function handleGraphql(
  apollo: ApolloServer<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
  context: Context,
  place: BodyPlace,
): Promise<void> {
  const body = request.method === 'POST' ? await readJsonBody(request, place) : undefined;
  // The client was told meanwhile that its body came too slowly: nothing of it may be carried out.
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
  if (answer.body.kind !== 'complete') throw new Error('incremental delivery is not offered');
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

/** Puts the request id into errors that came about before there was an operation for it to be put in. */
function withRequestId(text: string, requestId: string): string {
  const answer: { errors?: { extensions?: object }[] } = JSON.parse(text);
  for (const error of answer.errors ?? []) error.extensions = { ...error.extensions, requestId };
  return JSON.stringify(answer);
}
