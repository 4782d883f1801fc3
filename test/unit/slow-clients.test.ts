import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sendBytes } from '../../src/gateway/http/answer.ts';
import { createSlowClients } from '../../src/gateway/http/slow-clients.ts';
import { silentLog } from '../support/silent-log.ts';
import { waitFor } from '../support/wait-for.ts';

const defaults = { unreadMs: 30_000, unreadBytes: 1, bodyBytes: 5000, bodyPeriodMs: 5000 };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server whose slow-client detector uses a clock of the test, and a client socket that the test controls. */
async function serve(answer: RequestListener, unreadBytes = defaults.unreadBytes) {
  let now = 0;
  const limits = { ...defaults, unreadBytes };
  const clients = createSlowClients({ now: () => new Date(), monotonicMs: () => now }, limits, silentLog);
  const seen = { stalled: 0 };
  const accepted: Socket[] = [];
  const server = createServer((request, response) => {
    clients.followBody(request, () => seen.stalled++);
    answer(request, response);
  });
  server.on('connection', (socket: Socket) => {
    accepted.push(socket);
    clients.follow(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(server, 'connection');
  closing.push(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  const pass = (ms: number) => {
    now += ms;
    clients.check();
  };
  const [socket] = accepted;
  if (socket === undefined) throw new Error('no connection');
  return { client, socket, seen, pass };
}

/** Bytes that the operating system has accepted for the client. */
const taken = (socket: Socket) => socket.bytesWritten - socket.writableLength;
const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('a response', () => {
  const largeAnswer = async (unreadBytes?: number) => {
    const served = await serve((_, response) => sendBytes(response, Buffer.alloc(50_000_000)), unreadBytes);
    served.client.pause().write(get);
    await waitFor(() => served.socket.writableLength > 0);
    served.pass(0);
    return served;
  };

  /** Waits until the operating system accepts no more bytes. */
  const whenFull = async (socket: Socket) => {
    for (let before = -1; before !== taken(socket); ) {
      before = taken(socket);
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    }
  };

  test('that the client does not read for a period closes the connection', async () => {
    const { socket, pass } = await largeAnswer();
    await whenFull(socket);
    pass(0);
    pass(29_999);
    expect(socket.destroyed).toBe(false);
    // At the first check the operating system may have accepted some more bytes.
    await waitFor(() => {
      pass(30_000);
      return socket.destroyed;
    });
  });

  /** Lets the client read until the operating system accepts more; returns the number of bytes read. */
  const readSome = async ({ client, socket }: { client: Socket; socket: Socket }) => {
    let received = 0;
    await whenFull(socket);
    const before = taken(socket);
    while (taken(socket) === before) {
      received += (client.read() as Buffer | null)?.length ?? 0;
      await new Promise(setImmediate);
    }
    return received;
  };

  test('that the client reads more slowly than the minimum rate closes the connection', async () => {
    const served = await largeAnswer(40_000_000);
    await readSome(served);
    served.pass(29_999);
    expect(served.socket.destroyed).toBe(false);
    await readSome(served);
    served.pass(1);
    expect(served.socket.destroyed).toBe(true);
  });

  test('that the client reads at the minimum rate has no time limit', async () => {
    const served = await largeAnswer();
    const { client, socket, pass } = served;
    let received = 0;
    for (let period = 0; period < 3; period++) {
      received += await readSome(served);
      pass(29_999);
      expect(socket.destroyed).toBe(false);
    }
    client.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    client.resume();
    await waitFor(() => received > 50_000_000);
  });

  test('that the server has not written yet does not count, without a time limit', async () => {
    const { client, socket, pass } = await serve((_, response) => {
      response.writeHead(200).write('begun');
    });
    client.write(get);
    await once(client, 'data');
    await waitFor(() => socket.writableLength === 0);
    for (const _ of [1, 2, 3]) pass(60_000);
    expect(socket.destroyed).toBe(false);
  });
});

describe('a request body', () => {
  const post = (length: number) => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
  const upload = async (isRead = true) => {
    const served = await serve((request) => void (isRead && request.resume()));
    served.client.write(post(1_000_000));
    await waitFor(() => served.socket.bytesRead > 0);
    const send = async (bytes: number) => {
      const before = served.socket.bytesRead;
      served.client.write('x'.repeat(bytes));
      await waitFor(() => served.socket.bytesRead >= before + bytes);
    };
    return { ...served, send };
  };

  test('that stalls is reported once, after one period', async () => {
    const { seen, pass, send } = await upload();
    await send(4000);
    pass(4999);
    expect(seen.stalled).toBe(0);
    for (const _ of [1, 2]) pass(6000);
    expect(seen.stalled).toBe(1);
  });

  test('that comes at the minimum rate has no time limit, and stalls in the first period below that rate', async () => {
    const { seen, pass, send } = await upload();
    for (let period = 0; period < 20; period++) {
      await send(5000);
      pass(5000);
    }
    expect(seen.stalled).toBe(0);
    await send(4999);
    pass(5000);
    expect(seen.stalled).toBe(1);
  });

  test('that the server has not read yet does not stall', async () => {
    const { seen, pass, send } = await upload(false);
    await send(10);
    pass(60_000);
    expect(seen.stalled).toBe(0);
  });

  test('that is complete or missing does not stall', async () => {
    const { client, socket, seen, pass } = await serve((request, response) => {
      request.resume().on('end', () => response.write('still at it'));
    });
    client.write(`${post(3)}abc`);
    await once(client, 'data');
    pass(60_000);
    const other = await serve((_, response) => response.writeHead(200).write('still at it'));
    other.client.write(get);
    await once(other.client, 'data');
    other.pass(60_000);
    expect([seen.stalled, socket.destroyed, other.seen.stalled]).toEqual([0, false, 0]);
  });
});
