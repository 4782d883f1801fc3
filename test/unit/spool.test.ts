import { afterEach, expect, test } from '@jest/globals';
import { createSpool, type Spool } from '../../src/gateway/http/spool.ts';

const open: Spool[] = [];
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
});

function spoolOf(memoryBytes: number): Spool {
  const spool = createSpool(memoryBytes);
  open.push(spool);
  return spool;
}

/** A text that contains its number, long enough for several pieces. */
const part = (number: number) => Buffer.from(`${number};`.repeat(50_000));
const parts = [1, 2, 3, 4].map(part);

async function textOf(spool: Spool): Promise<string> {
  const read: Buffer[] = [];
  for await (const bytes of spool.read()) read.push(bytes);
  return Buffer.concat(read).toString();
}

test.each([
  ['memory', 10_000_000],
  ['memory and a file', 150_000],
  ['a file', 0],
])('bytes written before the reading come back from %s, complete and in order', async (_, memoryBytes) => {
  const spool = spoolOf(memoryBytes);
  for (const bytes of parts) await spool.write(bytes);
  spool.end();
  expect(await textOf(spool)).toBe(Buffer.concat(parts).toString());
});

test.each([0, 150_000, 10_000_000])(
  'a waiting reader receives bytes as they are written, with %i bytes of memory',
  async (memoryBytes) => {
    const spool = spoolOf(memoryBytes);
    const read = textOf(spool);
    for (const bytes of parts) {
      await spool.write(bytes);
      await new Promise(setImmediate);
    }
    spool.end();
    expect(await read).toBe(Buffer.concat(parts).toString());
  },
);

test('an empty spool can be read to its end', async () => {
  const spool = spoolOf(0);
  spool.end();
  expect(await textOf(spool)).toBe('');
});
