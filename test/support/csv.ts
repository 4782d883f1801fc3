/** A parsed CSV file of SIMs. */
export interface CsvFile {
  readonly header: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Parses strict RFC 4180: CRLF after every row, quotes only around cells that need them, all rows as long as the first. */
export function parseCsv(text: string): CsvFile {
  const [header = [], ...rows] = cellsOf(text);
  return {
    header,
    rows: rows.map((cells) => {
      if (cells.length !== header.length)
        throw new Error(`${cells.length} cells in ${JSON.stringify(cells)}`);
      return Object.fromEntries(cells.map((cell, index) => [header[index] ?? '', cell]));
    }),
  };
}

function cellsOf(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [];
  for (let row: string[] = []; cell.lastIndex < text.length; ) {
    const at = cell.lastIndex;
    const [, quoted, plain = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`not a cell: ${JSON.stringify(text.slice(at, at + 100))}`);
    if (quoted !== undefined && !/[",\r\n]/.test(quoted)) throw new Error(`unneeded quotes: ${quoted}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  if (!text.endsWith('\r\n')) throw new Error('the last row has no line end');
  return rows;
}
