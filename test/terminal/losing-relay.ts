import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a gateway. The first answer never gets through: the connection breaks once the gateway has answered. */
export interface LosingRelay {
  readonly url: string;
  /** How many answers were lost. */
  lost(): number;
  stop(): void;
}

/** Starts one before what listens at this port. */
export async function startLosingRelay(port: string): Promise<LosingRelay> {
  const sockets = new Set<Socket>();
  let lost = 0;
  const server = createServer((from) => {
    const to = connect(Number(port), '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => from.destroy());
    }
    from.pipe(to);
    to.on('data', (answer) => {
      if (lost > 0) {
        from.write(answer);
        return;
      }
      lost += 1;
      from.destroy();
      to.destroy();
    });
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
