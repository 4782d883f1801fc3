import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CsvValue, csvLine } from './csv.ts';
import type { Line, Span } from './screen.ts';
import type { LeftOut, Session } from './session.ts';
import { Table } from './table.ts';

/** A column of a list. */
export interface Column<Row> {
  /** Name in --columns and in the header of CSV; the heading of a table is made of it. */
  readonly name: string;
  readonly heading?: string;
  /** Value in CSV. */
  readonly value: (row: Row) => CsvValue;
  /** Cell of a table; default: `value`. */
  readonly cell?: (row: Row) => string | Span;
  /** An id or a state: it is never cut. */
  readonly isWhole?: boolean;
  /** The other columns of a table are cut before it. */
  readonly isCutLast?: boolean;
  /** In a terminal, it is left out of a table without --columns as long as its cells are empty. */
  readonly isLeftOutIfEmpty?: boolean;
  /** Where it is printed without --columns; default: in both. */
  readonly only?: 'table' | 'csv';
  /** The scope that it needs in addition to READ. */
  readonly needs?: LeftOut;
}

/** What a command lists. */
export interface List<Row> {
  readonly columns: readonly Column<Row>[];
  /** The JSON of a row; default: the row. */
  readonly json?: (row: Row) => unknown;
  /** Whether it is printed as CSV without --csv, unless the output is a terminal. */
  readonly isCsv?: boolean;
}

/** The options of commands that print a list. */
export interface ListOptions {
  readonly columns?: readonly string[];
  readonly csv?: boolean;
  readonly header: boolean;
}

/** Adds --columns, --csv and --no-header. The columns of the list are known before the gateway is asked. */
export function addListOptions<Row>(command: Command, { columns }: List<Row>): Command {
  const names = columns.map(({ name }) => name);
  return command
    .addOption(
      new Option(
        '--columns <list>',
        `print these columns in this order, separated by commas: ${names.join(', ')}`,
      )
        .argParser(columnNames(names))
        .conflicts('json'),
    )
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .addOption(new Option('--no-header', 'print no header line').conflicts('json'));
}

function columnNames(
  names: readonly string[],
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  return (text, before = []) => {
    const chosen = text.split(',').map((typed) => {
      const name = names.find((known) => known.toLowerCase() === typed.trim().toLowerCase());
      if (name !== undefined) return name;
      throw new InvalidArgumentError(`${JSON.stringify(typed)} is not one of ${names.join(', ')}.`);
    });
    return [...new Set([...before, ...chosen])];
  };
}

/** Prints pages of rows as a table, as CSV or as JSON. */
export interface ListPrinter<Row> {
  print(rows: readonly Row[]): Promise<void>;
}

/** A table is cut to the width of the terminal; without a terminal nothing is cut. */
export function openList<Row>(session: Session, list: List<Row>, options: ListOptions): ListPrinter<Row> {
  const { screen, isJson } = session;
  let format: ((rows: readonly Row[], isHeaderShown: boolean) => Line[]) | undefined;
  return {
    async print(rows) {
      if (isJson) {
        for (const row of rows) await screen.printJson(list.json ? list.json(row) : row);
        return;
      }
      const isFirst = format === undefined;
      // The first answer shows which scopes the caller lacks.
      format ??= formatOf(session, list, options);
      for (const line of format(rows, isFirst && options.header)) await screen.print(line);
    },
  };
}

function formatOf<Row>({ screen, leftOut }: Session, list: List<Row>, options: ListOptions) {
  const isCsv = options.csv ?? (list.isCsv === true && !screen.isResultWatched);
  if (isCsv) return csvFormat(columnsOf(list, options, 'csv'));
  const columns = columnsOf(list, options, 'table');
  const shown = columns.filter(({ needs }) => options.columns || needs === undefined || !leftOut.has(needs));
  if (options.columns || !screen.isResultWatched) return tableFormat(shown, screen.resultColumns());
  return growingFormat(shown, screen.resultColumns(), options);
}

/** A table without the columns that are empty so far. When a later page has the first value of one, the header is printed again. */
function growingFormat<Row>(columns: readonly Column<Row>[], room: number, { header }: ListOptions) {
  let shown: readonly Column<Row>[] = [];
  let format = tableFormat(shown, room);
  return (rows: readonly Row[], isHeaderShown: boolean): Span[][] => {
    const filled = columns.filter(
      (column) =>
        !column.isLeftOutIfEmpty ||
        shown.includes(column) ||
        rows.some((row) => cellOf(column, row).text !== ''),
    );
    const isNew = filled.length > shown.length;
    if (isNew) {
      shown = filled;
      format = tableFormat(shown, room);
    }
    return format(rows, isHeaderShown || (isNew && header));
  };
}

function columnsOf<Row>(
  { columns }: List<Row>,
  { columns: chosen }: ListOptions,
  format: 'table' | 'csv',
): readonly Column<Row>[] {
  if (chosen === undefined) return columns.filter(({ only = format }) => only === format);
  return chosen.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

function csvFormat<Row>(columns: readonly Column<Row>[]) {
  return (rows: readonly Row[], isHeaderShown: boolean): string[] => [
    ...(isHeaderShown ? [csvLine(columns.map(({ name }) => name))] : []),
    ...rows.map((row) => csvLine(columns.map(({ value }) => value(row)))),
  ];
}

function tableFormat<Row>(columns: readonly Column<Row>[], room: number) {
  const table = new Table(
    columns.map(({ name, heading = headingOf(name), isWhole = false, isCutLast = false }) => ({
      heading,
      isWhole,
      isCutLast,
    })),
    { room },
  );
  return (rows: readonly Row[], isHeaderShown: boolean): Span[][] =>
    table.lines(
      rows.map((row) => columns.map((column) => cellOf(column, row))),
      isHeaderShown,
    );
}

function cellOf<Row>({ value, cell = (row) => String(value(row) ?? '') }: Column<Row>, row: Row): Span {
  const shown = cell(row);
  return typeof shown === 'string' ? { text: shown } : shown;
}

/** `lastUsedAt` becomes `LAST USED AT`. */
function headingOf(name: string): string {
  return name.replaceAll(/(?=[A-Z])/g, ' ').toUpperCase();
}
