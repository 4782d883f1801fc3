import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  allResults,
  bulkFixture,
  cancelBulk,
  endOf,
  heirEnv,
  kill,
  startBulk,
  whenBulk,
} from '../support/bulk.ts';
import { special } from '../support/fleet.ts';
import type { RunningGateway } from '../support/gateway.ts';
import type { WireSim } from '../support/sandbox.ts';

const fixture = bulkFixture({ sims: 400 });
let sims: WireSim[];

beforeAll(async () => {
  sims = (await fixture.world.sims({ state: 'LIVE', limit: 400 })).filter(
    ({ iccid, status }) => status.primary !== 'PENDING' && !iccid.startsWith('8937204999'),
  );
});

/** SIMs that receive no message: the SIM API refuses them, or the account does not have them. */
const refusedSims = [special.E240, special.E201, special.E002, '8937204999009999999', '8'.repeat(32)];

/** SIMs by ICCID or EID, with duplicates and SIMs that will be refused. */
const named = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ sim: fc.nat({ max: 79 }), byEid: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ refusedSim: fc.nat({ max: refusedSims.length - 1 }) }) },
  ),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** An event after `after` messages have been answered, and faults of calls. */
const event = fc.record({
  kind: fc.constantFrom('nothing', 'cancel', 'kill', 'kill and cancel'),
  after: fc.nat({ max: 40 }),
  holds: fc.constantFrom('request' as const, 'answer' as const),
  // Some calls are refused or cut off; with `acts` they are carried out all the same.
  faults: fc.array(
    fc.record({
      skip: fc.nat({ max: 30 }),
      kind: fc.constantFrom('reset' as const, 'garbage' as const, 'tooManyRequests' as const),
      acts: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

function refOf(pick: { sim: number; byEid: boolean } | { refusedSim: number }): string {
  if ('refusedSim' in pick) return refusedSims[pick.refusedSim] ?? '';
  const sim = sims[pick.sim % sims.length];
  return (pick.byEid ? sim?.eid : undefined) ?? sim?.iccid ?? '';
}

describe('a bulk operation of messages, with any faults, kills and cancellations', () => {
  test('accounts for each SIM, and sends to no SIM twice', async () => {
    let gateway: RunningGateway = await fixture.start(heirEnv);
    await fc.assert(
      fc.asyncProperty(named, event, async (picks, { kind, after, holds, faults }) => {
        await fixture.world.clearFaults();
        await fixture.world.clearEffects();
        for (const { skip, kind: fault, acts } of faults) {
          // A call that is answered 429 is repeated, so it must not be carried out.
          const isCarriedOut = acts && fault !== 'tooManyRequests';
          await fixture.world.addFaults({
            path: '/sendSms',
            kind: fault,
            acts: isCarriedOut,
            skip,
            times: 1,
          });
        }
        // The event comes when `after` messages are answered and the gate holds the next ones, or at the end of the operation.
        const gate = fixture.relay.gate('/sendSms', { after: kind === 'nothing' ? Infinity : after, holds });
        const { id } = await startBulk(gateway, {
          action: 'SEND_SMS',
          params: { text: 'any' },
          target: { list: picks.map(refOf).join(' ') },
        });
        if (kind !== 'nothing') {
          await whenBulk(gateway, id, ({ finishedAt }) => finishedAt !== null || gate.held() > 0);
        }
        if (kind === 'cancel') await cancelBulk(gateway, id);
        if (kind.startsWith('kill')) {
          await kill(gateway);
          fixture.relay.dropAll();
          gateway = await fixture.start(heirEnv);
          if (kind === 'kill and cancel') await cancelBulk(gateway, id);
        }
        fixture.relay.openAll();
        // endOf also checks that succeeded + failed + unknown + notSent = total.
        const ended = await endOf(gateway, id);
        const effects = await fixture.world.effectCounts();
        const results = await allResults(gateway, id);
        expect(results).toHaveLength(ended.total);
        for (const count of Object.values(effects)) expect(count).toBe(1);
        const shown = new Map<string, string>();
        for (const { iccid, outcome } of results) if (iccid !== null) shown.set(iccid, outcome);
        for (const [iccid, outcome] of shown)
          if (outcome !== 'UNKNOWN')
            expect([iccid, outcome, effects[iccid] ?? 0]).toEqual([
              iccid,
              outcome,
              outcome === 'SUCCEEDED' ? 1 : 0,
            ]);
        // The results contain the ICCID of every SIM that received a message.
        for (const iccid of Object.keys(effects)) expect(shown.has(iccid)).toBe(true);
        if (kind === 'nothing') expect(ended.unknown).toBeLessThanOrEqual(faults.length);
        if (!kind.endsWith('cancel')) expect(ended.notSent).toBe(0);
      }),
      { numRuns: 8 },
    );
  }, 240_000);
});
