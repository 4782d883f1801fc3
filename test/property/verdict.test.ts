import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verdictOf } from '../../src/changes/index.ts';
import { GatewayError } from '../../src/errors/index.ts';
import { type Change, dependsOn, type Sim } from '../../src/sim-api/index.ts';
import { readState } from '../../src/sim-api/sim-state.ts';
import { plainRow } from '../support/sim-row.ts';
import '../support/fixed-seed.ts';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value);
const text = fc.constantFrom('a', 'b', 'c');

const sim: fc.Arbitrary<Sim> = fc
  .record({
    reading: fc
      .tuple(
        maybe(fc.constantFrom('LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'odd')),
        maybe(fc.constantFrom('ON', 'OFF', 'PENDING', 'DELETED')),
        maybe(fc.constantFrom('LIVE', 'TEST', 'ACTIVE_READY', 'SUSPENDED', 'OFF', 'DELETED')),
      )
      .map(([state, primary, secondary]) => readState(state, primary, secondary)),
    iccid: fc.constantFrom('8937204016076059646', '8937204016458019812'),
    eid: maybe(fc.constantFrom('1', '2')),
    name: maybe(text),
    groupName: maybe(text),
    msisdn: maybe(text),
    type: maybe(text),
    dataLimitMegabytes: maybe(fc.constantFrom(1, 2)),
    hasDataLimitField: fc.boolean(),
    activeProfile: maybe(text),
    downloadedProfiles: fc.subarray(['a', 'b', 'c']),
    hasProfilesField: fc.boolean(),
    lastModifiedAt: maybe(fc.constant(new Date(0))),
  })
  .map(({ reading, ...fields }) => ({ ...plainRow, ...fields, ...reading }));

const changes: readonly Change[] = [
  ...(['ACTIVATE', 'DEACTIVATE', 'SUSPEND', 'RESUME', 'TEST', 'ACTIVE_READY', 'CLOSE', 'RESET'] as const).map(
    (action) => ({ action }),
  ),
  { action: 'SET_NAME', name: 'a' },
  { action: 'SET_GROUP', group: 'a' },
  { action: 'SET_DATA_LIMIT', limitMegabytes: 1 },
  { action: 'SET_DATA_LIMIT', limitMegabytes: null },
  { action: 'SET_IMEI_LOCK', locked: true },
  { action: 'SEND_SMS', text: 'a' },
  ...(['enable', 'delete', 'download', 'download_and_enable'] as const).map(
    (profileAction) => ({ action: 'ESIM_PROFILE', profile: 'a', profileAction }) as const,
  ),
];

/** A SIM about which only that is known which the decision depends on, as the fleet index counts SIMs together. */
function reduced(sim: Sim, change: Change): Sim {
  const fields = dependsOn(change).map(({ field, value }) => {
    if (field === 'eid') return [field, sim.eid === null ? null : ''];
    return [field, value !== undefined && sim[field] !== value ? null : sim[field]];
  });
  return { ...plainRow, iccid: sim.iccid, ...Object.fromEntries(fields) };
}

const shown = (sim: Sim, change: Change) => {
  const verdict = verdictOf(sim, change);
  return verdict instanceof GatewayError ? verdict.code : verdict;
};

describe('the decision about a SIM', () => {
  test.each(changes.map((change) => [JSON.stringify(change), change] as const))(
    'of %s depends on nothing but the fields that it names',
    (_, change) => {
      fc.assert(
        fc.property(sim, (sim) => {
          expect(shown(reduced(sim, change), change)).toBe(shown(sim, change));
        }),
        { numRuns: 300 },
      );
    },
  );
});
