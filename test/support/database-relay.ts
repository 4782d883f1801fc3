import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStore, type StoreOptions, type TestStore } from './store.ts';

/** A TCP relay between gateways and their database that simulates failures of the network or the server. */
export interface DatabaseRelay {
  /** Rewrites a database URL so that it goes through the relay. */
  by(url: string): string;
  /** Closes every connection and refuses new ones. */
  cut(): void;
  /** Accepts new connections and keeps open ones, but forwards no bytes. */
  stall(): void;
  /** Closes every connection; on new ones the server reports in the same packet that it is ready and that it shuts down. */
  stopAtReady(): void;
  /** Forwards everything again; connections that were stalled stay silent. */
  restore(): void;
  /**
   * Cuts everything as `cut` does, at the first query that contains the last of `texts` on a connection that has sent the other
   * texts before. `fate` decides whether the server receives that query and whether its answer arrives.
   */
  cutAt(fate: QueryFate, ...texts: readonly string[]): QueryCut;
  /** Connects new clients to another server. */
  moveTo(url: string): void;
  stop(): Promise<void>;
}

/** How far a query gets before the relay cuts: not sent, executed without the answer arriving, or answered. */
export type QueryFate = 'unsent' | 'answer lost' | 'answered';

/** A cut that the relay will make. */
export interface QueryCut {
  /** Resolves once the cut is made. */
  readonly made: Promise<void>;
}

/** Messages of the PostgreSQL protocol: type byte, length, payload. */
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** Start of ReadyForQuery, the last message of every answer; the transaction status byte follows. */
const answerEnd = readyForQuery.subarray(0, -1);
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const goesDown = Buffer.concat([
  Buffer.from('E'),
  Buffer.from([0, 0, 0, 4 + fields.length]),
  Buffer.from(fields, 'latin1'),
]);

/** A query that `cutAt` waits for. */
interface Watch {
  readonly texts: readonly string[];
  readonly fate: QueryFate;
  readonly made: () => void;
}

const maxTextLength = 100;

/** Starts a relay to the database of a URL. */
export async function startDatabaseRelay(url: string): Promise<DatabaseRelay> {
  let target = new URL(url);
  const open = new Set<Socket>();
  const watches = new Set<Watch>();
  let manner: 'open' | 'cut' | 'silent' | 'stops at ready' = 'open';

  const server = createServer((from) => {
    open.add(from);
    from.on('error', () => from.destroy()).on('close', () => open.delete(from));
    if (manner === 'cut') from.resetAndDestroy();
    if (manner === 'cut' || manner === 'silent') return;
    const to = connect(Number(target.port), target.hostname);
    open.add(to);
    to.on('error', () => from.destroy()).on('close', () => open.delete(to));
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
    observeQueries(from, to);
    from.pipe(to);
    if (manner === 'stops at ready')
      to.on('data', (words) => {
        if (words.subarray(-6).equals(readyForQuery)) from.end(Buffer.concat([words, goesDown]));
        else from.write(words);
      });
    else to.pipe(from);
  });

  /** Cuts at the watched queries. Must be registered before the bytes are forwarded. */
  function observeQueries(from: Socket, to: Socket): void {
    const seen = new Map<Watch, number>();
    let before = '';
    from.on('data', (bytes) => {
      // A text may be split over two packets.
      const said = before + bytes.toString('latin1');
      before = said.slice(-maxTextLength);
      for (const watch of watches) {
        let [count, at] = [seen.get(watch) ?? 0, 0];
        for (let next = watch.texts[count]; next !== undefined; next = watch.texts[++count]) {
          at = said.indexOf(next, at);
          if (at < 0) break;
        }
        seen.set(watch, count);
        if (count < watch.texts.length) continue;
        watches.delete(watch);
        cutBy(watch, from, to);
      }
    });
  }

  function cutBy({ fate, made }: Watch, from: Socket, to: Socket): void {
    const cutNow = () => {
      manner = 'cut';
      // The client reads the answer before it sees the end of the connection.
      if (fate === 'answered') from.end(() => cut());
      for (const socket of open)
        if (fate !== 'answered' || (socket !== from && socket !== to)) socket.destroy();
      made();
    };
    if (fate === 'unsent') {
      cutNow();
      return;
    }
    if (fate === 'answer lost') to.unpipe(from).resume();
    to.on('data', (answer) => {
      if (answer.subarray(-6, -1).equals(answerEnd)) cutNow();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    by(address) {
      const relayed = new URL(address);
      relayed.hostname = '127.0.0.1';
      relayed.port = String(own);
      return relayed.href;
    },
    cut() {
      manner = 'cut';
      cut();
    },
    stopAtReady() {
      cut();
      manner = 'stops at ready';
    },
    stall() {
      manner = 'silent';
      for (const socket of open) socket.unpipe().pause();
    },
    restore() {
      manner = 'open';
    },
    cutAt(fate, ...texts) {
      const made = new Promise<void>((resolve) => watches.add({ texts, fate, made: resolve }));
      return { made };
    },
    moveTo(address) {
      target = new URL(address);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** A store that gateways reach through a relay; the test queries it directly. */
export interface RelayedStore extends TestStore {
  /** URL of the database without the relay. */
  readonly directUrl: string;
  readonly relay: DatabaseRelay;
}

/** Creates a database and a relay to it. */
export async function createRelayedStore(options?: StoreOptions): Promise<RelayedStore> {
  const store = await createStore(options);
  const relay = await startDatabaseRelay(store.url);
  return {
    relay,
    url: relay.by(store.url),
    directUrl: store.url,
    query: store.query,
    async remove() {
      await relay.stop();
      await store.remove();
    },
  };
}
