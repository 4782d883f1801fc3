import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer on its way back, to be changed. */
export interface Passing {
  /** Below `/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** How many calls of the path there were before. */
  readonly before: number;
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whoever meddles reaches into JSON of any shape.
  json: any;
  readonly headers: Record<string, string>;
}

/** Stands before the sandbox and changes its answers. */
export interface TamperingProxy {
  /** Where it is, `/v1` included. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a meddler before the SIM API at this URL. */
export async function startTamperingProxy(
  apiUrl: string,
  tamper: (answer: Passing) => void,
): Promise<TamperingProxy> {
  const counts = new Map<string, number>();
  const server = createServer({ maxHeaderSize: 131_072 }, async (from, to) => {
    const body = await text(from);
    const url = new URL(from.url ?? '/', apiUrl);
    const path = url.pathname.replace('/v1', '');
    const { authorization = '', 'content-type': type = '' } = from.headers;
    const answer = await fetch(url, {
      method: from.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(body !== '' && { body }),
    });
    const before = counts.get(path) ?? 0;
    counts.set(path, before + 1);
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    const passing = {
      path,
      query: url.searchParams,
      before,
      status: answer.status,
      json: await answer.json(),
      headers,
    };
    tamper(passing);
    to.writeHead(passing.status, passing.headers).end(JSON.stringify(passing.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Does something with the URL of a SIM API whose answers are changed on their way, or, with nothing to change, its own. */
export async function meddled<T>(
  apiUrl: string,
  tamper: ((answer: Passing) => void) | undefined,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (tamper === undefined) return work(apiUrl);
  const proxy = await startTamperingProxy(apiUrl, tamper);
  try {
    return await work(proxy.url);
  } finally {
    await proxy.stop();
  }
}
