import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStore, type StoreOptions, type TestStore } from './store.ts';

/** Stands between gateways and their database, and can do what a network or a server does when it fails. */
export interface DatabaseRelay {
  /** The address of a database, by way of the relay. */
  by(url: string): string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Takes connections, open ones too, and never lets a byte through. */
  silence(): void;
  /** Ends every connection; on new ones the server says that it is ready and that it goes down in one breath. */
  stopAtReady(): void;
  /** Lets everything through again; connections that were silenced stay so. */
  restore(): void;
  /** Leads new connections to another server. */
  moveTo(url: string): void;
  stop(): Promise<void>;
}

/** Messages of PostgreSQL's protocol: a letter, a length, and what there is to say. */
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const goesDown = Buffer.concat([
  Buffer.from('E'),
  Buffer.from([0, 0, 0, 4 + fields.length]),
  Buffer.from(fields, 'latin1'),
]);

/** Starts a relay before the database of a URL. */
export async function startDatabaseRelay(url: string): Promise<DatabaseRelay> {
  let target = new URL(url);
  const open = new Set<Socket>();
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
    from.pipe(to);
    if (manner === 'stops at ready')
      to.on('data', (words) => {
        if (words.subarray(-6).equals(readyForQuery)) from.end(Buffer.concat([words, goesDown]));
        else from.write(words);
      });
    else to.pipe(from);
  });
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
    silence() {
      manner = 'silent';
      for (const socket of open) socket.unpipe().pause();
    },
    restore() {
      manner = 'open';
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
  readonly relay: DatabaseRelay;
}

/** Makes a database behind a relay. */
export async function createRelayedStore(options?: StoreOptions): Promise<RelayedStore> {
  const store = await createStore(options);
  const relay = await startDatabaseRelay(store.url);
  return {
    relay,
    url: relay.by(store.url),
    query: store.query,
    async remove() {
      await relay.stop();
      await store.remove();
    },
  };
}
