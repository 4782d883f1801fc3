import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.ts';

/** A request, or its answer, that a relay holds back. */
export interface Held {
  /** Resolves once it has arrived. */
  readonly arrived: Promise<void>;
  /** Forwards it. */
  release(): void;
}

/** A point where all matching requests stop, from a certain one on. */
export interface Gate {
  /** Resolves once `count` requests wait at the gate; a request whose client has disconnected no longer counts. */
  holds(count: number): Promise<void>;
  /** Number of requests that wait at the gate. */
  held(): number;
  /** Lets `count` further requests through, waiting ones first. */
  pass(count: number): void;
  /** Lets all waiting and all later requests through. */
  open(): void;
}

/** What a gate holds back. */
export interface GateOptions {
  /** Number of requests that pass before the gate closes; default 0. */
  readonly after?: number;
  /** `request`: the server has not received it. `answer`: the server has answered, and the client has not received the answer. */
  readonly holds?: 'request' | 'answer';
}

/** An HTTP relay between a gateway and the sandbox that can hold requests back, refuse them or stop. */
export interface Relay {
  readonly url: string;
  /** Every access token that has passed. */
  readonly secrets: ReadonlySet<string>;
  /** Holds back the next request whose path and query contain `text`. */
  hold(text: string): Held;
  /** Forwards the next request whose path and query contain `text`, and holds back its answer. */
  holdAnswer(text: string): Held;
  /** Holds back every request whose path and query contain `text`. */
  gate(text: string, options?: GateOptions): Gate;
  /** Removes all gates and forwards what waits there. */
  openAll(): void;
  /** Removes all gates, drops what waits there and closes its connections. */
  dropAll(): void;
  /** Closes every connection and refuses new ones, until `accept`. */
  refuse(): Promise<void>;
  /** Accepts connections again, at the same address. */
  accept(): Promise<void>;
  /** Closes every connection and refuses new ones for good. */
  stop(): Promise<void>;
}

/**
 * A loopback address that no other program uses: while a server refuses connections its port is free, and a program that asks for a
 * free port could get it.
 */
export function ownAddress(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  const byte = () => 1 + Math.floor(Math.random() * 254);
  return `127.${byte()}.${byte()}.${byte()}`;
}

/** Starts a relay to a server. */
export async function startRelay(origin: string): Promise<Relay> {
  const secrets = new Set<string>();
  const holds: Hold[] = [];
  const answerHolds: Hold[] = [];
  const gates: GateAt[] = [];
  const host = ownAddress();
  let port = 0;

  async function pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const [hold, answerHold] = [takeHold(holds, from.url), takeHold(answerHolds, from.url)];
    hold?.arrive();
    await hold?.opened;
    const gate = gates.find(({ text }) => from.url?.includes(text));
    const permit = gate?.enter(to);
    if (gate?.stops === 'request' && !(await permit)) return;
    const { method = 'GET', headers } = from;
    const [, token] = headers.authorization?.split(' ') ?? [];
    if (token !== undefined) secrets.add(token);
    // Uses a new connection: the server might be closing a reused one.
    const onward = request(origin + from.url, { method, headers, agent: false }, async (answer) => {
      if (gate?.stops === 'answer') {
        gate.answered(to);
        if (!(await permit)) return void answer.resume();
      }
      answerHold?.arrive();
      await answerHold?.opened;
      // Breaks off the answer when the server does.
      answer.on('close', () => answer.complete || to.destroy());
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  const serve = () => {
    // A call may name a thousand SIMs: the server decides how long a URL may be.
    const server = createServer({ maxHeaderSize: 1_000_000 }, (from, to) => void pass(from, to));
    // Likewise, the relay never closes a connection that the gateway may reuse.
    server.keepAliveTimeout = 0;
    return new Promise<typeof server>((resolve, reject) => {
      server.once('error', reject).listen(port, host, () => resolve(server));
    });
  };
  let server: Awaited<ReturnType<typeof serve>> | null = await serve();
  ({ port } = server.address() as AddressInfo);

  const refuse = () =>
    new Promise<void>((resolve) => {
      if (server === null) return resolve();
      const ending = server;
      server = null;
      // Idle connections first, so that no interrupted call is retried on one of them.
      ending.close(() => resolve());
      ending.closeIdleConnections();
      setImmediate(() => ending.closeAllConnections());
    });
  const openAll = () => {
    for (const gate of gates.splice(0)) gate.open();
  };
  return {
    url: `http://${host}:${port}`,
    secrets,
    hold: (text) => addHold(holds, text),
    holdAnswer: (text) => addHold(answerHolds, text),
    gate(text, options = {}) {
      if (gates.some((gate) => gate.text === text)) throw new Error(`there is already a gate for ${text}`);
      const gate = createGate(text, options);
      gates.push(gate);
      return gate;
    },
    openAll,
    dropAll() {
      for (const gate of gates.splice(0)) gate.drop();
    },
    refuse,
    async accept() {
      server ??= await serve();
    },
    async stop() {
      await refuse();
      gates.splice(0);
    },
  };
}

/** A hold on one request that contains a text, or on its answer. */
interface Hold {
  readonly text: string;
  readonly arrive: () => void;
  readonly opened: Promise<void>;
}

function addHold(holds: Hold[], text: string): Held {
  let release = () => {};
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((arrive) => {
    holds.push({ text, arrive, opened });
  });
  return { arrived, release };
}

function takeHold(holds: Hold[], url = ''): Hold | undefined {
  const at = holds.findIndex(({ text }) => url.includes(text));
  return at < 0 ? undefined : holds.splice(at, 1)[0];
}

interface GateAt extends Gate {
  readonly text: string;
  readonly stops: 'request' | 'answer';
  /** Resolves once the request may go on; with false if its client has disconnected. */
  enter(client: ServerResponse): Promise<boolean>;
  /** Reports that the server has answered the request of this client. */
  answered(client: ServerResponse): void;
  drop(): void;
}

function createGate(text: string, { after = 0, holds: stops = 'request' }: GateOptions): GateAt {
  let passes = after;
  /** The waiting requests; `isHere` is true once a request counts, and `go` resolves `enter`. */
  const standing = new Map<ServerResponse, { isHere: boolean; go: (isOpen: boolean) => void }>();
  const held = () => [...standing.values()].filter(({ isHere }) => isHere).length;
  function letThrough(): void {
    for (const [client, { go }] of standing) {
      if (passes <= 0) return;
      passes--;
      standing.delete(client);
      go(true);
    }
  }
  return {
    text,
    stops,
    async enter(client) {
      if (passes > 0) {
        passes--;
        return true;
      }
      return new Promise((go) => {
        standing.set(client, { isHere: stops === 'request', go });
        client.once('close', () => {
          if (standing.delete(client)) go(false);
        });
      });
    },
    answered(client) {
      const one = standing.get(client);
      if (one !== undefined) one.isHere = true;
    },
    drop() {
      for (const [client, { go }] of standing) {
        go(false);
        client.destroy();
      }
      standing.clear();
    },
    held,
    holds: (count) => waitFor(() => held() >= count),
    pass(count) {
      passes += count;
      letThrough();
    },
    open() {
      passes = Infinity;
      letThrough();
    },
  };
}
