import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a relay holds back. */
export interface Held {
  /** Settles when the request has come. */
  readonly arrived: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** Stands between a gateway and the sandbox, passes everything on, and can hold a request back or go away. */
export interface Relay {
  readonly url: string;
  /** Every access token that passed. */
  readonly secrets: ReadonlySet<string>;
  /** Holds back the next request whose path and query contain this text. */
  hold(text: string): Held;
  /** Ends every connection; from then on new ones are refused. */
  stop(): Promise<void>;
}

/** Starts a relay before a server. */
export async function startRelay(origin: string): Promise<Relay> {
  const secrets = new Set<string>();
  const gates: { text: string; arrive: () => void; opened: Promise<void> }[] = [];

  async function pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const at = gates.findIndex(({ text }) => from.url?.includes(text));
    const [gate] = at < 0 ? [] : gates.splice(at, 1);
    gate?.arrive();
    await gate?.opened;
    const { method = 'GET', headers } = from;
    const [, token] = headers.authorization?.split(' ') ?? [];
    if (token !== undefined) secrets.add(token);
    // A connection of its own: one that was used before may be ended by the other side at that very moment.
    const onward = request(origin + from.url, { method, headers, agent: false }, (answer) => {
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  const server = createServer((from, to) => void pass(from, to));
  // For the same reason it never ends a connection that the gateway may use again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    secrets,
    hold(text) {
      let release = () => {};
      const opened = new Promise<void>((resolve) => {
        release = resolve;
      });
      const arrived = new Promise<void>((arrive) => {
        gates.push({ text, arrive, opened });
      });
      return { arrived, release };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
