import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer as a page receives it. */
interface PageAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends a request with headers that only browsers can set and `fetch` forbids; by default a body is sent by POST. */
export async function asPage(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
  method = body === undefined ? 'GET' : 'POST',
): Promise<PageAnswer> {
  return new Promise((resolve, reject) => {
    const sending = request(`${origin}${path}`, { method, headers, agent: false }, (answer) => {
      const { statusCode: status, headers } = answer;
      text(answer).then((body) => resolve({ status, headers, body }), reject);
    });
    sending.once('error', reject).end(body);
  });
}
