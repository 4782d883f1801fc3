import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from './wait-for.ts';

/** A request, or its answer, that a relay holds back. */
export interface Held {
  /** Settles when it has come. */
  readonly arrived: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** Where every request of a kind stops from a certain one on. */
export interface Gate {
  /** Settles when this many requests stand at the gate; a request whose client has left stands there no more. */
  holds(count: number): Promise<void>;
  /** How many requests stand at the gate. */
  held(): number;
  /** Lets this many further requests through, those that stand at the gate first. */
  pass(count: number): void;
  /** Lets all of them through, and all that come later. */
  open(): void;
}

/** What stops at a gate. */
export interface GateOptions {
  /** This many requests pass before the gate closes; none by default. */
  readonly after?: number;
  /** What is held back: the request, which the server then has not seen, or the answer, which the client then has not seen. */
  readonly holds?: 'request' | 'answer';
}

/** Stands between a gateway and the sandbox, passes everything on, and can hold requests back, refuse them or go away. */
export interface Relay {
  readonly url: string;
  /** Every access token that passed. */
  readonly secrets: ReadonlySet<string>;
  /** Holds back the next request whose path and query contain this text. */
  hold(text: string): Held;
  /** Passes on the next request whose path and query contain this text, and holds back its answer. */
  holdAnswer(text: string): Held;
  /** Holds back every request whose path and query contain this text. */
  gate(text: string, options?: GateOptions): Gate;
  /** Takes all gates away: what stands there goes on. */
  openAll(): void;
  /** Takes all gates away: what stands there is lost, and its connections end. */
  dropAll(): void;
  /** Ends every connection and refuses new ones, until `accept`. */
  refuse(): Promise<void>;
  /** Takes connections again, at the same address. */
  accept(): Promise<void>;
  /** Ends every connection; from then on new ones are refused. */
  stop(): Promise<void>;
}

/**
 * An address on which no other program listens: while a relay refuses connections its port is free, and any program that asks for a
 * free port could get it.
 */
function ownAddress(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  const byte = () => 1 + Math.floor(Math.random() * 254);
  return `127.${byte()}.${byte()}.${byte()}`;
}

/** Starts a relay before a server. */
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
    // A connection of its own: one that was used before may be ended by the other side at that very moment.
    const onward = request(origin + from.url, { method, headers, agent: false }, async (answer) => {
      if (gate?.stops === 'answer') {
        gate.answered(to);
        if (!(await permit)) return void answer.resume();
      }
      answerHold?.arrive();
      await answerHold?.opened;
      // An answer that breaks off breaks off here too.
      answer.on('close', () => answer.complete || to.destroy());
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  const serve = () => {
    // A call may name a thousand SIMs: how long a URL may be is for the server to say.
    const server = createServer({ maxHeaderSize: 1_000_000 }, (from, to) => void pass(from, to));
    // For the same reason the relay never ends a connection that the gateway may use again.
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
      // Connections without a call first: none of them is given another call when the others break.
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
      if (gates.some((gate) => gate.text === text)) throw new Error(`there is a gate for ${text} already`);
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

/** Where one request that contains a text waits, or its answer. */
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
  /** Gives whether a request may go on, once it may; false where its client has left before. */
  enter(client: ServerResponse): Promise<boolean>;
  /** The server has answered the request of this client. */
  answered(client: ServerResponse): void;
  drop(): void;
}

function createGate(text: string, { after = 0, holds: stops = 'request' }: GateOptions): GateAt {
  let passes = after;
  /** Those that stand at the gate, whether they may be counted yet, and what lets them on. */
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
