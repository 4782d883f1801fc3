import type { IncomingMessage } from 'node:http';

/**
 * The header Authorization; undefined if the request has none. Node.js gives the first of several, and a proxy may have checked another
 * one: several are joined, which is no valid form of credentials.
 */
export function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const values = rawHeaders.filter(
    (_, place) => place % 2 === 1 && rawHeaders[place - 1]?.toLowerCase() === 'authorization',
  );
  return values.join(', ');
}
