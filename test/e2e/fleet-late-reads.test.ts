import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { stepFleet } from '../support/fleet-steps.ts';
import { fleetOf, indexed, shownBy } from '../support/fleet-sync.ts';
import type { TestStore } from '../support/store.ts';
import { waitFor } from '../support/wait-for.ts';

/** Creates a function that hides the clock of the database and adds the shift stored in the table `clock_shift`. */
async function shiftableClock(store: TestStore): Promise<void> {
  await store.query('create table clock_shift as select interval $$0$$ as shift');
  await store.query(`create function public.clock_timestamp() returns timestamptz language sql volatile as
    'select pg_catalog.clock_timestamp() + (select shift from public.clock_shift)'`);
  await store.query(`do $$ begin
    execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`);
}

const fleet = stepFleet({ sims: 60, prepareStore: shiftableClock });

/** SIMs that other tests have taken. */
const taken = new Set<string>();
async function take(count: number): Promise<string[]> {
  const sims = (await fleet.world.sims({ limit: 1000 })).filter(
    ({ iccid, state }) => state === 'LIVE' && !iccid.startsWith('8937204999') && !taken.has(iccid),
  );
  const iccids = sims.slice(0, count).map(({ iccid }) => iccid);
  expect(iccids).toHaveLength(count);
  for (const iccid of iccids) taken.add(iccid);
  return iccids;
}

const readLive = (iccid: string) =>
  fleet.gateway.ask<{ sim: { name: string | null } | null }>(`{ sim(by: { iccid: "${iccid}" }) { name } }`);
const shownName = async (iccid: string) => (await indexed(fleet.gateway, iccid))?.name;
const rename = (iccid: string, name: string) => fleet.world.patchSim(iccid, { name });

/** Waits until the gateway has written everything that it observed before this call. */
async function whenWritten(): Promise<void> {
  const [mark = ''] = await take(1);
  const name = `mark ${randomUUID()}`;
  await rename(mark, name);
  await readLive(mark);
  await waitFor(async () => (await shownName(mark)) === name);
}

/** A read of a SIM whose answer, with the present state of the SIM, is held back. */
async function lateRead(iccid: string) {
  const held = fleet.relay.holdAnswer(`/get_sims?iccid=${iccid}`);
  const answer = readLive(iccid);
  await held.arrived;
  return {
    async arrives() {
      held.release();
      const { data } = await answer;
      await whenWritten();
      return data.sim?.name;
    },
  };
}

describe('a read whose late answer shows a temporary state of a SIM', () => {
  test('does not overwrite a later sync that found the SIM unchanged', async () => {
    const [iccid = ''] = await take(1);
    await rename(iccid, 'Usual');
    await fleet.fullSync();
    await rename(iccid, 'For a moment');
    const late = await lateRead(iccid);
    await rename(iccid, 'Usual');
    const readAt = await fleet.databaseNow();
    await fleet.fullSync();
    await fleet.fullSync();
    expect((await fleetOf(fleet.gateway)).asOf > readAt).toBe(true);
    expect(await late.arrives()).toBe('For a moment');
    expect(await shownName(iccid)).toBe('Usual');
  });

  test('does not overwrite a later read that found the SIM unchanged', async () => {
    const [iccid = ''] = await take(1);
    await rename(iccid, 'Usual');
    await fleet.fullSync();
    await rename(iccid, 'For a moment');
    const late = await lateRead(iccid);
    await rename(iccid, 'Usual');
    await readLive(iccid);
    await whenWritten();
    expect(await late.arrives()).toBe('For a moment');
    expect(await shownName(iccid)).toBe('Usual');
  });

  test('does not restore a SIM that has left the account', async () => {
    const [iccid = ''] = await take(1);
    const late = await lateRead(iccid);
    await fleet.world.removeSim(iccid);
    await readLive(iccid);
    await waitFor(async () => (await indexed(fleet.gateway, iccid)) === undefined);
    expect(await late.arrives()).not.toBeUndefined();
    expect(await indexed(fleet.gateway, iccid)).toBeUndefined();
  });
});

describe('when the clock of the database is set back by an hour', () => {
  const shiftClock = (hours: number) =>
    fleet.store.query(`update clock_shift set shift = shift + interval '1 hour' * $1`, [hours]);
  const now = async () => {
    const [row] = await fleet.store.query<{ now: Date }>(
      'select pg_catalog.clock_timestamp() + shift as now from clock_shift',
    );
    return row?.now.toISOString() ?? '';
  };
  const asOf = async () => (await fleetOf(fleet.gateway)).asOf;

  /**
   * Reads a SIM until the index shows its new name. The time of the index stands still when the clock is set back, so a read in
   * progress at that moment may count as older than the last sync: the index ignores it and accepts a later one.
   */
  const readUntilShown = (iccid: string, name: string) =>
    waitFor(async () => {
      await readLive(iccid);
      return (await shownName(iccid)) === name;
    });

  test('the index is still updated, and asOf is never in the future', async () => {
    const [read = '', listed = '', gone = '', moving = ''] = await take(4);
    await fleet.fullSync();
    await fleet.gateway.ask(`mutation { suspendSim(input: { sim: { iccid: "${moving}" } }) { outcome } }`);
    await waitFor(async () => (await indexed(fleet.gateway, moving))?.isTransitioning === true);
    await shiftClock(-1);
    expect((await asOf()) <= (await now())).toBe(true);

    await rename(read, 'Read after the clock was set back');
    await readUntilShown(read, 'Read after the clock was set back');
    // The SIM is polled: the next sync is held back.
    await fleet.world.advanceClock(5 * 86_400_000);
    await waitFor(async () => (await indexed(fleet.gateway, moving))?.isTransitioning === false);

    await rename(listed, 'Listed after the clock was set back');
    await fleet.world.removeSim(gone);
    const changedAt = await now();
    await fleet.fullSync();
    await fleet.fullSync();
    expect(await shownName(listed)).toBe('Listed after the clock was set back');
    expect(await shownBy(fleet.gateway)).toEqual(await fleet.truth());
    const readAgain = await asOf();
    expect(readAgain > changedAt).toBe(true);
    expect(readAgain <= (await now())).toBe(true);
  });

  test('and forward again, the index is still updated', async () => {
    const [read = '', listed = ''] = await take(2);
    await shiftClock(1);
    await rename(read, 'Read after the clock was set forward');
    await readUntilShown(read, 'Read after the clock was set forward');
    await rename(listed, 'Listed after the clock was set forward');
    const changedAt = await now();
    await fleet.fullSync();
    await fleet.fullSync();
    expect(await shownName(listed)).toBe('Listed after the clock was set forward');
    const readAgain = await asOf();
    expect(readAgain > changedAt).toBe(true);
    expect(readAgain <= (await now())).toBe(true);
  });
});
