import 'reflect-metadata';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, test } from '@jest/globals';
import type { SimRow } from '../../src/gateway/fleet/sim-row.ts';
import { createSimsExport } from '../../src/gateway/http/export.ts';
import { createSchema } from '../../src/gateway/schema.ts';
import { silentLog } from '../support/silent-log.ts';
import { plainRow } from '../support/sim-row.ts';
import { waitFor } from '../support/wait-for.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Serves an export of SIMs without an end, whose clients may be still for so long. */
async function serveEndless(stillMs: number) {
  const simsExport = createSimsExport(createSchema(), silentLog, stillMs);
  const rows = Array.from({ length: 1000 }, () => ({ ...plainRow, name: 'x'.repeat(1000) }));
  const seen = { ended: false };
  const fleet = {
    export: async () => ({
      state: null,
      async read(take: (rows: readonly SimRow[]) => Promise<void>) {
        try {
          for (;;) await take(rows);
        } finally {
          seen.ended = true;
        }
      },
    }),
  };
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    void simsExport.handle(request, response, '', { fleet, requestId: 'r' } as never, gone.signal);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  closing.push(() => {
    socket.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { seen, socket };
}

test('a client that takes nothing for too long is cut off, and the reading ends', async () => {
  const { seen, socket } = await serveEndless(100);
  socket.pause();
  await waitFor(() => seen.ended);
  socket.resume();
  await waitFor(() => socket.destroyed);
});
