import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anonymous } from '../../../src/auth/principal.ts';
import { simsCsvLine } from '../../../src/gateway/http/sims-csv.ts';
import { csvLine } from '../../../src/terminal/csv.ts';
import { type List, type ListOptions, openList } from '../../../src/terminal/list.ts';
import type { Line } from '../../../src/terminal/screen.ts';
import type { Session } from '../../../src/terminal/session.ts';
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

  test('cuts other columns before one that is cut last, down to 20 characters of it', () => {
    const table = new Table([{ heading: 'NAME', isCutLast: true }, { heading: 'GROUP' }], { room: 25 });
    const rows = [[{ text: 'n'.repeat(24) }, { text: 'g'.repeat(10) }]];
    const [line = []] = table.lines(rows, false);
    expect(line.map(({ text }) => text).join('')).toBe(`${'n'.repeat(19)}…  gg…`);
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

describe('a list in a terminal', () => {
  interface Row {
    readonly id: string;
    readonly pending: string;
  }
  const list: List<Row> = {
    columns: [
      { name: 'id', value: ({ id }) => id },
      { name: 'pending', value: ({ pending }) => pending, isLeftOutIfEmpty: true },
    ],
  };

  async function printed(options: ListOptions, ...pages: Row[][]) {
    const lines: string[] = [];
    const screen = {
      isResultWatched: true,
      resultColumns: () => 80,
      print: async (line: Line) =>
        void lines.push(typeof line === 'string' ? line : line.map(({ text }) => text).join('')),
    };
    const output = openList(
      { screen, leftOut: new Set(), isJson: false } as unknown as Session,
      list,
      options,
    );
    for (const page of pages) await output.print(page);
    return lines;
  }

  const still = [{ id: 'a', pending: '' }];
  const moving = [{ id: 'b', pending: 'OFFLINE' }];

  test('leaves out an empty column until a page has a value in it, unless it was chosen', async () => {
    expect(await printed({ header: true }, still, moving, still)).toEqual([
      'ID',
      'a',
      'ID  PENDING',
      'b   OFFLINE',
      'a',
    ]);
    expect(await printed({ header: true, columns: ['id', 'pending'] }, still)).toEqual(['ID  PENDING', 'a']);
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
