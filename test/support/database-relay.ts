import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStore, type TestStore } from './store.ts';

/** Stands between gateways and their database, and can do what a network or a server does when it fails. */
export interface DatabaseRelay {
  /** The address of a database, by way of the relay. */
  by(url: string): string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Takes connections, open ones too, and never lets a byte through. */
  silence(): void;
  /** Lets everything through again; connections that were silenced stay so. */
  restore(): void;
  stop(): Promise<void>;
}

/** Starts a relay before the database of a URL. */
export async function startDatabaseRelay(url: string): Promise<DatabaseRelay> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let manner: 'open' | 'cut' | 'silent' = 'open';

  const server = createServer((from) => {
    open.add(from);
    from.on('error', () => from.destroy()).on('close', () => open.delete(from));
    if (manner === 'cut') from.resetAndDestroy();
    if (manner !== 'open') return;
    const to = connect(Number(port), hostname);
    open.add(to);
    to.on('error', () => from.destroy()).on('close', () => open.delete(to));
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
    from.pipe(to).pipe(from);
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
    silence() {
      manner = 'silent';
      for (const socket of open) socket.unpipe().pause();
    },
    restore() {
      manner = 'open';
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

/** Makes an empty schema behind a relay. */
export async function createRelayedStore(): Promise<RelayedStore> {
  const store = await createStore();
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
