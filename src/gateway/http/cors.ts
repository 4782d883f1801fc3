import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestRefused } from './answer.ts';

/** Lets pages of other origins call the gateway (Cross-Origin Resource Sharing). */
export interface Cors {
  /** Lets a page of a listed origin read the response; has no effect on other requests. Call it before the response begins. */
  allowReading(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Answers the preflight of a browser for a path with these methods, for example `GET, HEAD`. False if the request is no preflight.
   * Errors: RequestRefused if the origin is not listed.
   */
  answerPreflight(request: IncomingMessage, response: ServerResponse, methods: string): boolean;
}

/** Request headers that a page may set. The last ones are those of Apollo's clients, and of tracing (W3C Trace Context and Baggage). */
const requestHeaders = [
  'content-type',
  'authorization',
  'idempotency-key',
  'x-request-id',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollographql-client-name',
  'apollographql-client-version',
  'traceparent',
  'tracestate',
  'baggage',
].join(', ');

/** Response headers that a page may read, in addition to those that every page may read. */
const responseHeaders = [
  'x-request-id',
  'retry-after',
  'content-disposition',
  'x-fleet-as-of',
  'x-fleet-complete',
  'x-fleet-unreadable-sims',
  'x-hidden-columns',
].join(', ');

/** Time for which a browser need not repeat a preflight. Chromium has this maximum. */
const maxAgeSeconds = '7200';

/** Whether a browser asks by this request if a page may send another one. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/** Creates the rules for `origins`, each in the form of the header Origin. */
export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);
  return {
    allowReading({ headers: { origin } }, response) {
      if (origin === undefined || !listed.has(origin)) return;
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', responseHeaders);
    },
    answerPreflight(request, response, methods) {
      if (!isPreflight(request)) return false;
      if (!listed.has(request.headers.origin ?? ''))
        throw new RequestRefused(403, 'The header Origin of a cross-origin request must be in CORS_ORIGINS');
      response.writeHead(204, {
        'access-control-allow-methods': methods,
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': maxAgeSeconds,
        vary: 'Origin',
      });
      response.end();
      return true;
    },
  };
}
