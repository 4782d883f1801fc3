import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer in the proxy; its status, JSON and headers can be changed. */
export interface Passing {
  /** Below `/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Number of earlier calls of the path. */
  readonly before: number;
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests change JSON of any shape.
  json: any;
  readonly headers: Record<string, string>;
}

/** A proxy in front of the sandbox that changes its answers. */
export interface TamperingProxy {
  /** Its URL, `/v1` included. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a proxy in front of the SIM API at `apiUrl`. */
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

/** Runs `work` with the URL of a tampering proxy, or with `apiUrl` itself if `tamper` is undefined. */
export async function tampered<T>(
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
