import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/sim-api/index.ts';
import { isApplied } from '../../src/sim-api/index.ts';
import { decodeSim, type Sim } from '../../src/sim-api/wire/sim.wire.ts';

function sim(fields: object): Sim {
  const decoded = decodeSim({ iccid: '8937204999000002107', ...fields });
  if (decoded === undefined) throw new Error('a SIM with an ICCID can be read');
  return decoded;
}
const state = (named: string | null, primary?: string, secondary?: string) =>
  sim({ state: named, ...(primary && { status: { primary, secondary } }) });

describe('whether a change of state is already applied to a SIM', () => {
  test.each<[Change['action'], Sim, boolean]>([
    ['ACTIVATE', state('LIVE', 'ON', 'LIVE'), true],
    ['ACTIVATE', state('LIVE', 'PENDING', 'LIVE'), true],
    ['ACTIVATE', state(null, 'PENDING', 'LIVE'), true],
    ['ACTIVATE', state('TEST', 'ON', 'TEST'), false],
    ['ACTIVATE', state('OFFLINE', 'PENDING', 'OFF'), false],
    ['RESUME', state('LIVE', 'ON', 'LIVE'), true],
    ['RESUME', state('OFFLINE', 'ON', 'SUSPENDED'), false],
    ['TEST', state('TEST', 'ON', 'TEST'), true],
    ['TEST', state('LIVE', 'ON', 'LIVE'), false],
    ['ACTIVE_READY', state('ACTIVE_READY'), true],
    ['ACTIVE_READY', state('SHIPPING'), false],
    ['CLOSE', state('CLOSED', 'DELETED'), true],
    ['CLOSE', state('CLOSED', 'PENDING', 'DELETED'), true],
    ['CLOSE', state('OFFLINE', 'OFF'), false],
    // Both end in OFFLINE; the status pair, if present, differs.
    ['SUSPEND', state('OFFLINE', 'ON', 'SUSPENDED'), true],
    ['SUSPEND', state('OFFLINE', 'PENDING', 'SUSPENDED'), true],
    ['SUSPEND', state('OFFLINE', 'OFF'), false],
    ['SUSPEND', state('OFFLINE', 'PENDING', 'OFF'), false],
    ['SUSPEND', state('OFFLINE'), true],
    ['DEACTIVATE', state('OFFLINE', 'OFF'), true],
    ['DEACTIVATE', state('OFFLINE', 'PENDING', 'OFF'), true],
    ['DEACTIVATE', state('OFFLINE', 'ON', 'SUSPENDED'), false],
    ['DEACTIVATE', state('OFFLINE', 'PENDING', 'SUSPENDED'), false],
    ['DEACTIVATE', state('OFFLINE'), true],
    // SHIPPING is not OFFLINE, though the pair is the same.
    ['DEACTIVATE', state('SHIPPING', 'OFF'), false],
    ['SUSPEND', state('SHIPPING', 'OFF'), false],
    // An unknown state counts as not applied.
    ['ACTIVATE', state('HIBERNATING', 'ON', 'LIVE'), false],
    ['DEACTIVATE', sim({}), false],
  ])('%s, %j: %s', (action, seen, expected) => {
    expect(isApplied(seen, { action } as Change)).toBe(expected);
  });
});

const euicc = sim({
  eid: '89049032007200888000000000000001',
  active_profile: 'A',
  downloaded_profiles: ['A', 'B'],
});

describe('whether a change of a setting is already applied to a SIM', () => {
  test.each<[Change, Sim, boolean | null]>([
    [{ action: 'SET_NAME', name: 'a' }, sim({ name: 'a' }), true],
    [{ action: 'SET_NAME', name: 'a' }, sim({ name: 'A' }), false],
    [{ action: 'SET_NAME', name: 'a' }, sim({ name: null }), false],
    [{ action: 'SET_NAME', name: '42' }, sim({ name: 42 }), true],
    [{ action: 'SET_GROUP', group: 'g' }, sim({ group: 'g' }), true],
    [{ action: 'SET_GROUP', group: 'g' }, sim({}), false],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: 5 }, sim({ data_limit: 5 }), true],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: 5 }, sim({ data_limit: '5' }), true],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: 5 }, sim({ data_limit: 0 }), false],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: null }, sim({ data_limit: 0 }), true],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: null }, sim({ data_limit: null }), true],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: null }, sim({ data_limit: 5 }), false],
    [{ action: 'ESIM_PROFILE', profile: 'B', profileAction: 'download' }, euicc, true],
    [{ action: 'ESIM_PROFILE', profile: 'C', profileAction: 'download' }, euicc, false],
    [{ action: 'ESIM_PROFILE', profile: 'A', profileAction: 'enable' }, euicc, true],
    [{ action: 'ESIM_PROFILE', profile: 'B', profileAction: 'enable' }, euicc, false],
    [{ action: 'ESIM_PROFILE', profile: 'A', profileAction: 'download_and_enable' }, euicc, true],
    [{ action: 'ESIM_PROFILE', profile: 'B', profileAction: 'download_and_enable' }, euicc, false],
    [{ action: 'ESIM_PROFILE', profile: 'C', profileAction: 'delete' }, euicc, true],
    [{ action: 'ESIM_PROFILE', profile: 'A', profileAction: 'delete' }, euicc, false],
    // A plain SIM has no profile fields: only the SIM API knows whether it supports profiles.
    [{ action: 'ESIM_PROFILE', profile: 'C', profileAction: 'delete' }, sim({}), null],
    [{ action: 'RESET' }, state('LIVE'), null],
    [{ action: 'SEND_SMS', text: 'a' }, state('LIVE'), null],
    [{ action: 'SET_IMEI_LOCK', locked: true }, state('LIVE'), null],
  ])('%j', (change, seen, expected) => {
    expect(isApplied(seen, change)).toBe(expected);
  });
});
