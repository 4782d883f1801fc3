import { describe, expect, test } from '@jest/globals';
import { readSimArguments, readSimFile } from '../../../src/terminal/sim-list.ts';

const A = '8937204016076059646';
const B = '893720401645801981';
const EID = '89049032007200888000000760596452';

const keysOf = (text: string) => readSimFile(text, 'list').keys;

describe('a file of SIMs', () => {
  test('has an ICCID or EID in each line; blank lines and comments are skipped', () => {
    expect(keysOf(`# all of them\n${A}\n\n   \n  ${B}  # the spare one\n${EID}\n`)).toEqual([A, B, EID]);
  });

  test('may have a byte order mark and Windows line ends', () => {
    expect(keysOf(`\ufeff${A}\r\n${B}\r\n`)).toEqual([A, B]);
  });

  test.each([',', ';', '\t'])('may be a CSV file, of which the first column is read (%j)', (comma) => {
    expect(keysOf(`ICCID${comma}name\n${A}${comma}one, two\n"${B}"${comma}three\n`)).toEqual([A, B]);
  });

  test('may have a header only in its first line', () => {
    expect(() => keysOf(`${A}\niccid\n`)).toThrow('line 2: "iccid" is not an ICCID or EID');
  });

  test('may be results as CSV: a SIM without an ICCID is named by its EID', () => {
    const results = [
      'iccid,eid,outcome,code,message',
      `${A},,FAILED,SIM_NOT_FOUND,"not there, #1"`,
      `${B},${EID},FAILED,SIM_LOCKED_BY_ADMIN,locked`,
      `,${EID},FAILED,SIM_NOT_FOUND,not there`,
    ];
    expect(keysOf(results.join('\n'))).toEqual([A, B, EID]);
    expect(() => keysOf(`iccid,eid,outcome\n,,FAILED\n`)).toThrow('line 2: ');
    expect(() => keysOf(`iccid,name\n,${EID}\n`)).toThrow('line 2: its first column is empty');
  });

  test('may be results as JSON, an object in each line', () => {
    const results = [
      { iccid: A, eid: null, outcome: 'FAILED', error: { code: 'SIM_NOT_FOUND', message: '#1, "x"' } },
      { iccid: B, eid: EID, outcome: 'NOT_SENT', error: null },
      { iccid: null, eid: EID, outcome: 'FAILED', error: null },
    ];
    expect(keysOf(results.map((result) => JSON.stringify(result)).join('\n'))).toEqual([A, B, EID]);
    expect(() => keysOf('{"iccid":null,"eid":null}')).toThrow('line 1: ');
    expect(() => keysOf(`{"iccid":"${A}"`)).toThrow('line 1: ');
  });

  test('may name a SIM twice, which counts once', () => {
    expect(readSimFile(`${A}\n${B}\n${A}\n`, 'list')).toEqual({ keys: [A, B], repeated: 1 });
  });

  test.each([
    [
      '12345678901234567',
      'line 2: "12345678901234567" has 17 digits; an ICCID has 18 to 22 digits, an EID 32',
    ],
    ['8937204x16076059646', 'line 2: "8937204x16076059646" is not an ICCID or EID'],
    ['8.93720E+18', 'line 2: "8.93720E+18" was shortened by a spreadsheet'],
    [',name', 'line 2: its first column is empty'],
    ['\u0661'.repeat(19), 'is not an ICCID or EID'],
  ])('with the line %j is refused with the line number and the reason', (line, why) => {
    expect(() => keysOf(`${A}\n${line}\n`)).toThrow(why);
  });

  test('with many bad lines is refused with the first five of them', () => {
    const refused = () => keysOf(Array.from({ length: 8 }, (_, index) => String(index)).join('\n'));
    expect(refused).toThrow(/line 1: [\s\S]*line 5: [\s\S]*and 3 more/);
    expect(refused).not.toThrow(/line 6/);
  });

  test.each(['', '\n# nothing\n', 'iccid\n'])('without a SIM is refused: %j', (text) => {
    expect(() => keysOf(text)).toThrow('list names no SIM');
  });

  test('has at most a million SIMs', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `8937204${String(index).padStart(12, '0')}`).join('\n');
    expect(keysOf(lines(1_000_000))).toHaveLength(1_000_000);
    expect(() => keysOf(lines(1_000_001))).toThrow('names 1000001 SIMs; one operation takes at most 1000000');
  });
});

test('SIMs in arguments may be separated by blanks and commas', () => {
  expect(readSimArguments([A, `${B},${EID}`, `${A} `], '--sims')).toEqual({ keys: [A, B, EID], repeated: 1 });
  expect(() => readSimArguments([A, 'x'], '--sims')).toThrow('SIM 2: "x" is not an ICCID or EID');
});
