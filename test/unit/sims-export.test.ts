import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { anonymous } from '../../src/auth/principal.ts';
import { Cancellation } from '../../src/base/cancellation.ts';
import type { SimRow } from '../../src/fleet-index/sim-row.ts';
import { createSimsExport } from '../../src/gateway/http/export.ts';
import { createSchema } from '../../src/gateway/schema.ts';
import { silentLog } from '../support/silent-log.ts';
import { plainRow } from '../support/sim-row.ts';
import { waitFor } from '../support/wait-for.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const row = { ...plainRow, name: 'x'.repeat(10_000) };
const batch = Array.from({ length: 500 }, () => row);
const batches = 2;

/** Starts a server that exports `batches` batches of SIMs. */
async function serve() {
  const simsExport = createSimsExport(createSchema(), silentLog);
  const seen = { read: 0, refused: [] as unknown[] };
  let held: Socket[] | null = [];
  const fleet = {
    export: async () => ({
      state: null,
      async read(take: (rows: readonly SimRow[]) => Promise<void>) {
        for (let left = batches; left > 0; left--) await take(batch);
        seen.read++;
      },
    }),
  };
  const server = createServer((request, response) => {
    const { socket } = request;
    // How much the operating system buffers for a client that does not read depends on the machine: `cork` makes it nothing.
    if (held?.push(socket)) socket.cork();
    const cancellation = new Cancellation();
    response.on('close', () => cancellation.cancel());
    simsExport
      .handle(request, response, '', { fleet, requestId: 'r', principal: anonymous } as never, cancellation)
      .catch((error: unknown) => {
        seen.refused.push(error);
        response.writeHead(503).end();
        socket.uncork();
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const release = () => {
    for (const socket of held ?? []) socket.uncork();
    held = null;
  };
  return { seen, release, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function begin(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

test('ten exports wait for clients that do not read, an eleventh is refused, and all ten are complete in the end', async () => {
  const { seen, release, url } = await serve();
  const responses: Promise<IncomingMessage>[] = [];
  for (let count = 1; count <= 10; count++) {
    responses.push(begin(url));
    await waitFor(() => seen.read === count);
  }
  expect((await begin(url)).statusCode).toBe(503);
  expect(seen.refused).toEqual([expect.objectContaining({ code: 'OVERLOADED' })]);
  release();
  for (const response of await Promise.all(responses)) {
    expect((await text(response)).split('\r\n')).toHaveLength(1 + batches * batch.length + 1);
  }
  await waitFor(async () => (await begin(url)).statusCode === 200);
});
