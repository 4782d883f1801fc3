import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer as a page receives it. */
interface PageAnswer {
  status: number | undefined;
  body: string;
}

/** Sends a request with headers that only browsers can set and `fetch` forbids; a body is sent by POST. */
export async function asPage(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<PageAnswer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sending = request(`${origin}${path}`, { method, headers, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    });
    sending.once('error', reject).end(body);
  });
}
