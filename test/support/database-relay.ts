import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStore, type StoreOptions, type TestStore } from './store.ts';

/** Stands between gateways and their database, and can do what a network or a server does when it fails. */
export interface DatabaseRelay {
  /** The address of a database, by way of the relay. */
  by(url: string): string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Takes connections, open ones too, and never lets a byte through. */
  stall(): void;
  /** Ends every connection; on new ones the server says that it is ready and that it goes down in one breath. */
  stopAtReady(): void;
  /** Lets everything through again; connections that were silenced stay so. */
  restore(): void;
  /**
   * Cuts everything as `cut` does, at the first query that contains the last of these texts on a connection on which the others came
   * before it. Of that query the server has then seen nothing, or it has answered and the answer is lost, or has arrived.
   */
  cutAt(fate: QueryFate, ...texts: readonly string[]): QueryCut;
  /** Leads new connections to another server. */
  moveTo(url: string): void;
  stop(): Promise<void>;
}

/** How far the query comes at which a relay cuts. */
export type QueryFate = 'unsent' | 'answer lost' | 'answered';

/** A cut that is to come. */
export interface QueryCut {
  /** Settles when it has been made. */
  readonly made: Promise<void>;
}

/** Messages of PostgreSQL's protocol: a letter, a length, and what there is to say. */
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** The last message of every answer; the state of the transaction follows it. */
const answerEnd = readyForQuery.subarray(0, -1);
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const goesDown = Buffer.concat([
  Buffer.from('E'),
  Buffer.from([0, 0, 0, 4 + fields.length]),
  Buffer.from(fields, 'latin1'),
]);

/** A query that is waited for; see `cutAt`. */
interface Watch {
  readonly texts: readonly string[];
  readonly fate: QueryFate;
  readonly made: () => void;
}

const maxTextLength = 100;

/** Starts a relay before the database of a URL. */
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

  /** Cuts at the queries that are watched for. Comes before the bytes are passed on. */
  function observeQueries(from: Socket, to: Socket): void {
    const seen = new Map<Watch, number>();
    let before = '';
    from.on('data', (bytes) => {
      // A text may arrive in two parts.
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
      // What has arrived is read before the end of the connection is noticed.
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

/** A store that gateways reach by a relay, and the test without it. */
export interface RelayedStore extends TestStore {
  /** The database without the relay. */
  readonly directUrl: string;
  readonly relay: DatabaseRelay;
}

/** Makes a database behind a relay. */
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
