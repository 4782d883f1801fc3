import { safeText } from './safe-text.ts';
import type { Span } from './screen.ts';

const GAP = '  ';
const characters = new Intl.Segmenter();
/** Characters that take two columns of a terminal. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const ASCII = /^[ -~]*$/;

const widthOfCharacter = (character: string) => (WIDE.test(character) ? 2 : 1);

function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return [...characters.segment(text)].reduce((width, { segment }) => width + widthOfCharacter(segment), 0);
}

export interface TableColumn {
  readonly heading: string;
  /** Whether it is shown in full in any terminal, as an ICCID. */
  readonly isWhole?: boolean;
  /** Whether the other columns are cut before it becomes narrower than `MIN_WIDTH_AT_FIRST`. */
  readonly isCutLast?: boolean;
}

const MIN_WIDTH_AT_FIRST = 20;

/** Aligns columns. A column keeps the width of its widest cell so far, so that pages can be printed as they arrive. */
export class Table {
  readonly #columns: readonly TableColumn[];
  readonly #room: number;
  readonly #widths: number[];

  /** Lines have at most `room` columns of a terminal, as far as columns can be cut: their cells then end in `…`. */
  constructor(columns: readonly TableColumn[], { room }: { room: number }) {
    this.#columns = columns;
    this.#room = room;
    this.#widths = columns.map(() => 0);
  }

  /** The lines of a page of rows, below the headings if `isHeadShown`. */
  lines(rows: readonly (readonly Span[])[], isHeadShown: boolean): Span[][] {
    const head: Span[] = this.#columns.map(({ heading }) => ({ text: heading, style: 'bold' }));
    const safe = (isHeadShown ? [head, ...rows] : rows).map((row) =>
      row.map(({ text, ...rest }) => ({ text: safeText(text), ...rest })),
    );
    for (const row of safe)
      for (const [column, { text }] of row.entries())
        this.#widths[column] = Math.max(this.#widths[column] ?? 0, widthOf(text));
    const widths = this.#fitted();
    return safe.map((row) =>
      lineOf(
        row.map((cell, column) => cutTo(widths[column] ?? 0, cell)),
        widths,
      ),
    );
  }

  /** The widths, reduced until a line has room: the widest columns first, those that are cut last only after the others. */
  #fitted(): number[] {
    const cuttable = this.#columns.flatMap(({ isWhole }, column) => (isWhole ? [] : [column]));
    const firstMinimum = (column: number) => (this.#columns[column]?.isCutLast ? MIN_WIDTH_AT_FIRST : 1);
    return this.#cut(this.#cut(this.#widths, cuttable, firstMinimum), cuttable, () => 1);
  }

  /** Reduces the widest columns, each to at least its `minimum`, until a line has room. */
  #cut(all: readonly number[], columns: readonly number[], minimum: (column: number) => number): number[] {
    const widths = [...all];
    const widthAt = (column: number) => widths[column] ?? 0;
    let excess = sum(widths) + GAP.length * (widths.length - 1) - this.#room;
    while (excess > 0) {
      const [widest, ...others] = columns
        .filter((column) => widthAt(column) > minimum(column))
        .sort((one, other) => widthAt(other) - widthAt(one));
      if (widest === undefined) break;
      const width = widthAt(widest);
      const next = Math.max(minimum(widest), ...others.map(widthAt));
      const less = Math.min(excess, Math.max(1, width - next));
      widths[widest] = width - less;
      excess -= less;
    }
    return widths;
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function cutTo(width: number, { text, ...rest }: Span): Span {
  if (widthOf(text) <= width) return { text, ...rest };
  let shown = '';
  let used = 1;
  for (const { segment } of characters.segment(text)) {
    used += widthOfCharacter(segment);
    if (used > width) break;
    shown += segment;
  }
  return { text: `${shown}…`, ...rest };
}

function lineOf(row: readonly Span[], widths: readonly number[]): Span[] {
  const last = row.findLastIndex(({ text }) => text !== '');
  return row.slice(0, last + 1).flatMap((cell, column) => {
    const missing = column === last ? 0 : (widths[column] ?? 0) - widthOf(cell.text);
    return [cell, { text: ' '.repeat(Math.max(0, missing)) + (column === last ? '' : GAP) }];
  });
}
