import { describe, expect, test } from '@jest/globals';
import { anonymous } from '../../src/auth/principal.ts';
import { simsCsvHeader, simsCsvLine } from '../../src/gateway/http/sims-csv.ts';
import { parseCsv } from '../support/csv.ts';
import { plainRow as row } from '../support/sim-row.ts';

const lineOf = simsCsvLine(anonymous.scopes);

/** The name after the CSV was parsed. */
const read = (name: string) => parseCsv(simsCsvHeader + lineOf({ ...row, name })).rows[0]?.name;

describe('a text that a spreadsheet could take for a formula has an apostrophe before it', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'],
    ['  =1', "'  =1"],
    ['\u00a0\u3000=1', "'\u00a0\u3000=1"],
    ['\u200b\ufeff\u2060=1', "'\u200b\ufeff\u2060=1"],
    ['\u115f=1', "'\u115f=1"],
    ['"=1', '\'"=1'],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    ['﹦1', "'﹦1"],
    ['−1', "'−1"],
    ['=\u0338', "'=\u0338"],
    ['\t1', "' 1"],
    ['\r1', "' 1"],
    ['\n1', "' 1"],
    ['\t=1', "' =1"],
    ['\u0001=1', "' =1"],
    ['-', "'-"],
  ])('%j becomes %j', (name, cell) => expect(read(name)).toBe(cell));

  test('also where a cell begins in a locale whose separator is a semicolon', () => {
    expect(read('x;=1')).toBe("x;'=1");
    expect(read('x; "=1";+2')).toBe('x;\' "=1";\'+2');
    expect(read('x;y=1')).toBe('x;y=1');
  });

  test('and has no line breaks, so that no line begins with a formula', () => {
    for (const end of ['\n', '\r', '\r\n', '\u000b', '\u000c', '\u0085', '\u2028', '\u2029'])
      expect(read(`x${end}=1`)).toBe('x =1');
  });

  test('in the texts of every column, but not in numbers', () => {
    const line = lineOf({
      ...row,
      eid: '=e',
      name: '=n',
      groupName: '=g',
      msisdn: '+372',
      imsi: '=i',
      imei: '=m',
      type: '=t',
      formFactor: '=f',
      apn: '@a',
      rawState: '-r',
      dataPlan: '=d',
      costCurrency: '=c',
      costMonth: '2026-11',
      costAmount: -1.25,
      usedBytes: 5_000_000_000,
      usedPercent: 33.3,
      dataLimitMegabytes: 20,
    });
    expect(parseCsv(simsCsvHeader + line).rows).toEqual([
      expect.objectContaining({
        eid: "'=e",
        name: "'=n",
        group: "'=g",
        msisdn: "'+372",
        imsi: "'=i",
        imei: "'=m",
        type: "'=t",
        formFactor: "'=f",
        apn: "'@a",
        rawState: "'-r",
        dataPlan: "'=d",
        costCurrency: "'=c",
        costMonth: '2026-11',
        costAmount: '-1.25',
        usedBytes: '5000000000',
        usedPercent: '33.3',
        limitMegabytes: '20',
      }),
    ]);
  });
});

describe('any other text is unchanged', () => {
  test.each([
    'Truck 7',
    'a=b',
    'x-y',
    'me@example.com',
    "'=1",
    ' x ',
    'Õhtu 🚚 ‏עברית',
    '8937204000000000001',
    'x;y',
    '#REF!',
    '',
  ])('%j', (name) => {
    expect(read(name)).toBe(name);
    expect(lineOf({ ...row, name })).not.toContain('"');
  });

  test.each(['a,b', 'say "hi"', '"', ',', '""', 'a","b'])('%j, in quotes', (name) =>
    expect(read(name)).toBe(name),
  );
});

test('control characters become spaces', () =>
  expect(read('a\u001b[31m\tb\u007f\u009bc')).toBe('a [31m b  c'));

test('instants are in UTC, and null is an empty cell', () => {
  const at = new Date('2026-11-22T16:49:14.007Z');
  expect(lineOf({ ...row, lastModifiedAt: at })).toBe(
    '8937204000000000001,,,,,,,,,LIVE,,,,,,,,,,,,,2026-11-22T16:49:14.007Z,\r\n',
  );
});
