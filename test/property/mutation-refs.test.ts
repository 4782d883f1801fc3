import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simId } from '../support/fleet.ts';
import { runGateway } from '../support/running.ts';
import type { WireSim } from '../support/sandbox.ts';

interface Payload {
  succeeded: number;
  failed: number;
  unknown: number;
  notSent: number;
  results: {
    iccid: string | null;
    outcome: string;
    error: { code: string } | null;
    sim: { group: { name: string }; iccid: string } | null;
  }[];
}

const running = runGateway({ sims: 80, clock: { rate: 0 } });
let named: { ref: object; iccid: string }[];
const strangers = [
  { ref: { iccid: '8937204999009999999' }, code: 'SIM_NOT_FOUND' },
  { ref: { id: simId('8937204999009999999') }, code: 'SIM_NOT_FOUND' },
  { ref: { eid: '89049032007200888000000000000000' }, code: 'SIM_NOT_FOUND' },
  { ref: { id: 'bm9uc2Vuc2U' }, code: 'BAD_USER_INPUT' },
];

const waysToName = ({ iccid, eid }: WireSim) => [
  { iccid },
  { id: simId(iccid) },
  ...(eid === undefined ? [] : [{ eid }]),
];

beforeAll(async () => {
  const sims = await running.world.sims({ limit: 80 });
  // A closed SIM would refuse for all of its call.
  named = sims
    .filter(({ state }) => state !== 'CLOSED')
    .flatMap((sim) => waysToName(sim).map((ref) => ({ ref, iccid: sim.iccid })));
});

/** Refs of any SIMs by any key, any number of times, strangers among them. */
const multiset = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.integer({ min: -40, max: -1 }) }),
  {
    minLength: 1,
    maxLength: 120,
    size: 'max',
  },
);

describe('a change of any SIMs, named in any way, any number of times and in any order', () => {
  test.each([
    ['setSimsGroup', 'SetSimsGroupInput', '/set_group', (round: number) => ({ group: `round ${round}` })],
    ['sendSms', 'SendSmsInput', '/sendSms', (round: number) => ({ text: `round ${round}` })],
  ] as const)(
    '(%s) is done once to each SIM, and told once for each ref, in order',
    async (name, input, path, more) => {
      const { world, gateway } = running;
      // Only SIMs in use take an SMS.
      const live = new Set((await world.sims({ state: 'LIVE', limit: 80 })).map(({ iccid }) => iccid));
      const targets =
        name === 'sendSms'
          ? named.filter(({ iccid }) => live.has(iccid) && iccid !== '8937204999000002404')
          : named;
      let round = 0;
      await fc.assert(
        fc.asyncProperty(multiset, async (picks) => {
          round++;
          await world.clearEffects();
          const asked = picks.map(
            (pick) =>
              (pick < 0 ? strangers[-pick % strangers.length] : targets[pick % targets.length]) ?? {
                ref: {},
              },
          );
          const { data, errors } = await gateway.ask<Record<string, Payload>>(
            `mutation ($input: ${input}!) {
            ${name}(input: $input) { succeeded failed unknown notSent results { iccid outcome error { code } sim { iccid group { name } } } }
          }`,
            { input: { sims: asked.map(({ ref }) => ref), ...more(round) } },
          );
          expect(errors).toEqual([]);
          const payload = data[name];
          const wanted = asked.flatMap((one) => ('iccid' in one ? one.iccid : []));
          expect(payload?.results.map(({ error, sim }) => error?.code ?? sim?.iccid)).toEqual(
            asked.map((one) => ('iccid' in one ? one.iccid : 'code' in one ? one.code : '')),
          );
          expect(payload).toMatchObject({
            succeeded: wanted.length,
            failed: asked.length - wanted.length,
            unknown: 0,
            notSent: 0,
          });
          expect(await world.effectCounts({ path })).toEqual(
            Object.fromEntries(wanted.map((iccid) => [iccid, 1])),
          );
          if (name === 'setSimsGroup')
            for (const { sim } of payload?.results ?? [])
              if (sim !== null) expect(sim.group.name).toBe(`round ${round}`);
        }),
        { numRuns: 25 },
      );
    },
  );
});
