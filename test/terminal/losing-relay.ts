import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay before a gateway that can lose responses: it breaks the connection when the gateway has responded. */
export interface LosingRelay {
  readonly url: string;
  /** Loses the next `answers` responses. */
  lose(answers: number): void;
  /** Number of responses still to lose. */
  toLose(): number;
  stop(): void;
}

/** Starts a relay to this port of 127.0.0.1. */
export async function startLosingRelay(port: string): Promise<LosingRelay> {
  const sockets = new Set<Socket>();
  let toLose = 0;
  const server = createServer((from) => {
    const to = connect(Number(port), '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => from.destroy());
    }
    from.pipe(to);
    to.on('data', (answer) => {
      if (toLose === 0) {
        from.write(answer);
        return;
      }
      toLose -= 1;
      from.destroy();
      to.destroy();
    });
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose(answers) {
      toLose = answers;
    },
    toLose: () => toLose,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
