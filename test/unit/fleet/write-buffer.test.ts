import { beforeEach, expect, test } from '@jest/globals';
import type { UpsertStore } from '../../../src/fleet-index/ingest/upsert.store.ts';
import {
  createIndexWriteBuffer,
  type IndexWriteBuffer,
} from '../../../src/fleet-index/ingest/write-buffer.ts';
import type { Sim } from '../../../src/sim-api/index.ts';
import { decodeSim } from '../../../src/sim-api/wire/sim.wire.ts';
import { silentLog } from '../../support/silent-log.ts';

/** What the buffer wrote since the last call of `written`. */
let upserted: string[];
let refuses: boolean;
let nowMs: number;
let buffer: IndexWriteBuffer;

beforeEach(() => {
  upserted = [];
  refuses = false;
  nowMs = 0;
  const upserts: UpsertStore = {
    async upsert(observed) {
      if (refuses) throw new Error('the database is away');
      for (const { sim } of observed) upserted.push(`${sim.iccid} ${sim.name}`);
    },
    change: async () => undefined,
    remove: async () => undefined,
  };
  const sync = { scheduleRefresh: async () => undefined };
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
  buffer = createIndexWriteBuffer(upserts, sync, clock, silentLog);
});

function simNamed(name: string, iccid = '8937204999000000015'): Sim {
  const raw = {
    iccid,
    name,
    downloaded_profiles: [],
    status: { primary: 'ON', secondary: 'LIVE' },
    lastDataSessionMillis: 1_763_600_000_000,
  };
  const sim = decodeSim(raw);
  if (sim === undefined) throw new Error('the SIM cannot be decoded');
  return sim;
}

/** The SIMs that were written since the last call. */
async function written(): Promise<string[]> {
  await buffer.flush();
  return upserted.splice(0);
}

test('writes a SIM once while reads find it unchanged', async () => {
  buffer.simsRead([simNamed('a')], [], 0);
  expect(await written()).toEqual(['8937204999000000015 a']);
  buffer.simsRead([simNamed('a')], [], 1);
  expect(await written()).toEqual([]);
  buffer.simsRead([simNamed('b')], [], 2);
  expect(await written()).toEqual(['8937204999000000015 b']);
  buffer.simsRead([simNamed('a')], [], 3);
  expect(await written()).toEqual(['8937204999000000015 a']);
});

test('writes an unchanged SIM again after 30 s: another gateway may have written its row', async () => {
  buffer.simsRead([simNamed('a')], [], nowMs);
  await written();
  nowMs = 30_000;
  buffer.simsRead([simNamed('a')], [], nowMs);
  expect(await written()).toEqual([]);
  nowMs = 30_001;
  buffer.simsRead([simNamed('a')], [], nowMs);
  expect(await written()).toEqual(['8937204999000000015 a']);
});

test('does not write a read that began before one that found the SIM unchanged', async () => {
  buffer.simsRead([simNamed('a')], [], 0);
  await written();
  buffer.simsRead([simNamed('a')], [], 20);
  buffer.simsRead([simNamed('old')], [], 10);
  expect(await written()).toEqual([]);
});

test.each<[string, () => void]>([
  ['its change was accepted', () => buffer.simChanged(simNamed('a'), { action: 'SET_NAME', name: 'b' })],
  ['the outcome of its change is unknown', () => buffer.changeUncertain('8937204999000000015')],
  ['a read did not find it', () => buffer.simsRead([], ['8937204999000000015'], 1)],
])('writes an unchanged SIM again after %s', async (_, happens) => {
  buffer.simsRead([simNamed('a')], [], 0);
  await written();
  happens();
  buffer.simsRead([simNamed('a')], [], 2);
  expect(await written()).toEqual(['8937204999000000015 a']);
});

test('writes a SIM again after a change that was recorded in the same batch', async () => {
  buffer.simsRead([simNamed('a')], [], 0);
  buffer.changeUncertain('8937204999000000015');
  await written();
  buffer.simsRead([simNamed('a')], [], 1);
  expect(await written()).toEqual(['8937204999000000015 a']);
});

test('writes a SIM again after its write has failed', async () => {
  refuses = true;
  buffer.simsRead([simNamed('a')], [], 0);
  expect(await written()).toEqual([]);
  refuses = false;
  buffer.simsRead([simNamed('a')], [], 1);
  expect(await written()).toEqual(['8937204999000000015 a']);
});

test('writes the SIMs that were written longest ago again when there are more than it remembers', async () => {
  const iccidAt = (index: number) => String(8_937_204_999_000_000_000n + BigInt(index));
  const sims = Array.from({ length: 10_001 }, (_, index) => simNamed('a', iccidAt(index)));
  buffer.simsRead(sims, [], 0);
  expect(await written()).toHaveLength(10_001);
  buffer.simsRead(sims.slice(0, 2), [], 1);
  expect(await written()).toEqual([`${iccidAt(0)} a`]);
});
