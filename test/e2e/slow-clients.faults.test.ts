import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { runGateway } from '../support/running.ts';
import { waitFor } from '../support/wait-for.ts';

const running = runGateway({ sims: 1000 });

/** Sends the beginning of a request. */
async function open(length: number, body: string, path = '/graphql'): Promise<Socket> {
  const { hostname, port } = new URL(running.gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  return socket;
}

const answers = async () => {
  const { data } = await running.gateway.ask('{ __typename }');
  expect(data).toEqual({ __typename: 'Query' });
};

test('a body that stalls is answered with 408 and its connection ends, while others are answered', async () => {
  const stalled = await Promise.all(
    ['', '{"query"', ' '.repeat(1_100_000)].map((body) => open(1_200_000, body)),
  );
  await answers();
  for (const socket of stalled) {
    const answered = await text(socket);
    expect(answered).toMatch(/^HTTP\/1\.1 408 /);
    expect(answered).toContain('The request body must come at 5120 bytes in 5 seconds, or faster');
  }
  await answers();
});

test('a body that continues after its path has answered without reading it ends its connection', async () => {
  const answered = await Promise.all(
    ['/health/live', '/nothing'].flatMap((path) => [1, 10_000].map((bytes) => goOn(path, bytes))),
  );
  for (const answer of answered) expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /);
  await answers();
});

/** Sends `bytes` of a body twice a second until the gateway ends the connection, and returns its answer. */
async function goOn(path: string, bytes: number): Promise<string> {
  const socket = await open(1_000_000_000, '', path);
  const sending = setInterval(() => socket.write(' '.repeat(bytes)), 500);
  let answered = '';
  socket.on('data', (chunk) => {
    answered += chunk;
  });
  // Bytes that the gateway had not read when it closed the connection turn the end into a reset.
  await new Promise((resolve) => socket.once('close', resolve)).finally(() => clearInterval(sending));
  return answered;
}

/** Sends a body for longer than any client may stall. */
async function sendForLong(): Promise<void> {
  const query = '{"query":"{ __typename }"}';
  const piece = 20_000;
  const pieces = 170;
  const socket = await open(query.length + pieces * piece, query);
  const answered = text(socket);
  // 34 seconds; a piece could be more than a second late.
  for (let sent = 0; sent < pieces; sent++) {
    socket.write(' '.repeat(piece));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(await answered).toContain('{"data":{"__typename":"Query"}');
}

/** Requests large answers and reads nothing of them. */
async function takeNothing(): Promise<void> {
  const fields = '{ nodes { id iccid name state msisdn imsi imei apn rawState lastModifiedAt } }';
  const lists = Array.from({ length: 50 }, (_, n) => `l${n}: sims(first: 500) ${fields}`).join(' ');
  const query = JSON.stringify({ query: `{ ${lists} }` });
  const silent = await Promise.all([0, 1].map(() => open(query.length, query)));
  for (const socket of silent) socket.pause();
  await answers();
  const cutOff = () =>
    running.gateway
      .logged()
      .filter(({ msg }) => msg === 'connection closed: the client read its response too slowly');
  await waitFor(() => cutOff().length === silent.length);
  // The client still receives the buffered bytes, and then the connection ends without the rest.
  for (const socket of silent) {
    const answered = await text(socket.resume()).catch(() => 'cut off');
    expect(answered.endsWith('}}}')).toBe(false);
  }
  await answers();
}

// Concurrently, because each takes half a minute.
test('a client that reads nothing of its answer is disconnected, and a body that continues for longer is read to its end', async () => {
  await Promise.all([takeNothing(), sendForLong()]);
});
