import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anonymous } from '../../../src/auth/principal.ts';
import { simsCsvLine } from '../../../src/gateway/http/sims-csv.ts';
import { csvLine } from '../../../src/terminal/csv.ts';
import { Table } from '../../../src/terminal/table.ts';
import { plainRow } from '../../support/sim-row.ts';

const A = '8937204016076059646';

const columns = [{ heading: 'ICCID', isWhole: true }, { heading: 'NAME' }, { heading: 'STATE' }];

function textOf(rows: readonly (readonly string[])[], room = Number.POSITIVE_INFINITY): string[] {
  const table = new Table(columns, { room });
  const lines = table.lines(
    rows.map((row) => row.map((text) => ({ text }))),
    true,
  );
  return lines.map((spans) => spans.map(({ text }) => text).join(''));
}

describe('a table', () => {
  test('is as wide as its cells without a terminal', () => {
    const name = 'n'.repeat(100);
    expect(textOf([[A, name, 'LIVE']])[1]).toBe(`${A}  ${name}  LIVE`);
  });

  test('is cut to the terminal in its widest column; an ICCID is never cut', () => {
    expect(textOf([[A, 'A pump in the cellar', 'LIVE']], 40)).toEqual([
      `ICCID${' '.repeat(16)}NAME          STATE`,
      `${A}  A pump in t…  LIVE`,
    ]);
    expect(textOf([[A, 'pump', 'LIVE']], 10)[1]).toBe(`${A}  …  …`);
  });

  test('has characters of two columns in it', () => {
    expect(textOf([[A, '東京の水道メーター', 'LIVE']], 40)).toEqual([
      `ICCID${' '.repeat(16)}NAME          STATE`,
      `${A}  東京の水道…   LIVE`,
    ]);
  });

  test('is never wider than the terminal if the ICCID fits', () => {
    const cell = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 25, max: 120 }), (cells, room) => {
        const lines = textOf(
          cells.map(([name, state]) => [A, name, state]),
          room,
        );
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(room);
        for (const line of lines.slice(1)) expect(line.startsWith(A)).toBe(true);
      }),
    );
  });
});

describe('a line of CSV', () => {
  const exported = simsCsvLine(anonymous.scopes);
  const cellOfExport = (name: string) =>
    exported({ ...plainRow, iccid: A, eid: null, name }).slice(`${A},,`.length);

  test('quotes a text, and protects it from spreadsheets, as the CSV export of the gateway', () => {
    const part = fc.constantFrom(...'=+-@＝−;"\t\r\n\u0001\u2028\u200b\u00a0\u3000 ,x1');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join('');
        expect(cellOfExport(text).startsWith(`${csvLine([text])},`)).toBe(true);
      }),
    );
    expect(csvLine(['=1+1', 'a, "b"', 'two\r\nlines'])).toBe(`'=1+1,"a, ""b""",two lines`);
  });

  test('has numbers as they are and nothing for null', () => {
    expect(csvLine([-1.5, null, undefined, false])).toBe('-1.5,,,false');
  });
});
