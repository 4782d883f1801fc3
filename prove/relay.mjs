import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A relay to a server that can refuse connections as if the server were down; `url` has the same path as the server's. */
export async function startRelay(serverUrl) {
  const { hostname, port: serverPort, pathname } = new URL(serverUrl);
  const sockets = new Set();
  let server;
  async function listen(port) {
    server = createServer((client) => {
      const behind = connect(Number(serverPort), hostname);
      for (const [socket, other] of [
        [client, behind],
        [behind, client],
      ]) {
        sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  }
  async function refuse() {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    /** Closes all connections and refuses new ones. */
    refuse,
    /** Accepts connections again, on the same port. */
    accept: () => listen(port),
    stop: async () => {
      if (server.listening) await refuse();
    },
  };
}
