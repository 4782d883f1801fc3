import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Change, requestOf } from '../../../src/sim-api/actions/registry.ts';
import { reads, targetOf } from '../../../src/sim-api/endpoints.ts';
import '../../support/fixed-seed.ts';

const inferred = {
  activeReadyPath: '/active_ready',
  imeiLockPath: '/set_imei_lock',
  imeiLockParameter: 'lock',
  unlimitedDataLimit: '0',
};
const flags = { unreadOnly: true, markRead: false };
const iccids = ['8937204999000002107', '89372040217000000013'];

/** The text with U+FFFD for every half of a surrogate pair. */
const wellFormed = (text: string) => Buffer.from(text).toString();

const target = (change: Change, keys: readonly string[] = iccids) =>
  targetOf(requestOf(change, inferred), 'iccid', keys);

describe('the target of a read', () => {
  test.each([
    [reads.sims(), '/get_sims'],
    [reads.sims(90), '/get_sims?offset=90'],
    [reads.accountSims(0), '/get_account_sims?offset=0'],
    [reads.groupSims('a b', 7), '/get_group_sims?group=a%20b&offset=7'],
    [reads.accountGroups(), '/get_account_groups'],
    [reads.accountBalance('2026-01'), '/get_account_balance?month=1&year=2026'],
    [reads.simCosts('2026-12'), '/get_sim_costs?month=12&year=2026'],
    [
      reads.simSessions(new Date(5), new Date(1e12), 3),
      '/get_sim_sessions?from=100000000000&to=1000000000000&offset=3',
    ],
    [reads.diagnostics(), '/diagnostics'],
    [reads.availableProfiles(), '/get_available_profiles'],
  ])('%#: %j', (request, expected) => {
    expect(request.method).toBe('GET');
    expect(targetOf(request)).toBe(expected);
    expect(`/${request.operation}`).toBe(request.path);
  });

  test('of alerts has both spellings of its flags', () => {
    const shared = 'unread=true&only_unread=true&markRead=false&mark_as_read=false&offset=0';
    expect(targetOf(reads.accountAlerts(flags, 0))).toBe(`/get_account_alerts?${shared}`);
    expect(targetOf(reads.groupAlerts('g', flags, 0))).toBe(`/get_group_alerts?group=g&${shared}`);
    expect(targetOf(reads.simAlerts(flags, 0), 'iccid', ['1'])).toBe(`/get_sim_alerts?${shared}&iccid=1`);
  });

  test('names SIMs in one list with raw commas', () => {
    expect(targetOf(reads.sims(), 'iccid', iccids)).toBe(`/get_sims?iccid=${iccids.join(',')}`);
    expect(targetOf(reads.sims(), 'eid', ['1', '2'])).toBe('/get_sims?eid=1,2');
  });
});

describe('the target of a change', () => {
  const list = `iccid=${iccids.join(',')}`;
  test.each<[Change, string]>([
    [{ action: 'ACTIVATE' }, `/activate?${list}`],
    [{ action: 'DEACTIVATE' }, `/deactivate?${list}`],
    [{ action: 'SUSPEND' }, `/suspend?${list}`],
    [{ action: 'RESUME' }, `/resume?${list}`],
    [{ action: 'TEST' }, `/test?${list}`],
    [{ action: 'ACTIVE_READY' }, `/active_ready?${list}`],
    [{ action: 'CLOSE' }, `/close?${list}`],
    [{ action: 'RESET' }, `/reset?${list}`],
    [{ action: 'SET_NAME', name: '' }, `/set_name?name=&${list}`],
    [{ action: 'SET_GROUP', group: 'a&b=c' }, `/set_group?group=a%26b%3Dc&${list}`],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: 5 }, `/set_data_limit?limit=5&${list}`],
    [{ action: 'SET_DATA_LIMIT', limitMegabytes: null }, `/set_data_limit?limit=0&${list}`],
    [{ action: 'SET_IMEI_LOCK', locked: false }, `/set_imei_lock?lock=false&${list}`],
    [{ action: 'SEND_SMS', text: 'hi' }, `/sendSms?message=hi&sms=hi&${list}`],
    [
      { action: 'ESIM_PROFILE', profile: 'Telia EE', profileAction: 'download_and_enable' },
      `/esim_profile?profile=Telia%20EE&action=download_and_enable&${list}`,
    ],
  ])('%j', (change, expected) => {
    expect(requestOf(change, inferred).method).toBe('PUT');
    expect(target(change)).toBe(expected);
  });

  test('uses settings that correct inferred paths and parameters', () => {
    const corrected = {
      activeReadyPath: '/ready',
      imeiLockPath: '/lock/imei',
      imeiLockParameter: 'on',
      unlimitedDataLimit: 'none',
    };
    const of = (change: Change) => targetOf(requestOf(change, corrected));
    expect(of({ action: 'ACTIVE_READY' })).toBe('/ready');
    expect(of({ action: 'SET_IMEI_LOCK', locked: true })).toBe('/lock/imei?on=true');
    expect(of({ action: 'SET_DATA_LIMIT', limitMegabytes: null })).toBe('/set_data_limit?limit=none');
    expect(of({ action: 'SET_DATA_LIMIT', limitMegabytes: 1 })).toBe('/set_data_limit?limit=1');
  });

  test.each([
    ['a line break', 'a\r\nHost: evil', 'a%0D%0AHost%3A%20evil'],
    ['a zero byte', '\0', '%00'],
    ['letters of other scripts', 'Ülo 🚚', '%C3%9Clo%20%F0%9F%9A%9A'],
    ['a line separator', '\u2028', '%E2%80%A8'],
    ['delimiters of a query', 'a#b?c&d', 'a%23b%3Fc%26d'],
    ['a path', '../close', '..%2Fclose'],
    ['a plus and a percent', '+%2f', '%2B%252f'],
    ['half a surrogate pair', 'a\ud800b', 'a%EF%BF%BDb'],
  ])('carries %s in a name as data alone', (_, name, encoded) => {
    expect(target({ action: 'SET_NAME', name }, ['1'])).toBe(`/set_name?name=${encoded}&iccid=1`);
  });

  test('encodes any name and any group without loss, as one line of ASCII characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (name, group) => {
        const asked = [target({ action: 'SET_NAME', name }), target({ action: 'SET_GROUP', group })];
        const back = asked.map((text) => new URL(text, 'http://sim.api').searchParams);
        expect(back[0]?.get('name')).toBe(wellFormed(name));
        expect(back[1]?.get('group')).toBe(wellFormed(group));
        for (const query of back) expect(query.get('iccid')).toBe(iccids.join(','));
        for (const text of asked) expect(text).toMatch(/^\/[\x21-\x7e]+$/);
      }),
    );
  });
});
