import { safeText } from './safe-text.ts';
import type { Span } from './screen.ts';

const GAP = '  ';
const CELL_LIMIT = 32;
const characters = new Intl.Segmenter();

const widthOf = (text: string) => [...characters.segment(text)].length;

/** Aligns columns. The first page sets the widths, so that later pages can be printed as they arrive. */
export class Table {
  readonly #head: readonly string[];
  readonly #isCut: boolean;
  #widths: readonly number[] | undefined;

  /** With `isCut`, long cells end in `…`. Otherwise cells are shown in full, even if the columns then do not align. */
  constructor(head: readonly string[], { isCut }: { isCut: boolean }) {
    this.#head = head;
    this.#isCut = isCut;
  }

  /** The lines of a page of rows; the first page begins with the heading. */
  lines(rows: readonly (readonly Span[])[]): Span[][] {
    const isFirst = this.#widths === undefined;
    const heads: Span[] = this.#head.map((text) => ({ text, style: 'bold' }));
    const safe = [...(isFirst ? [heads] : []), ...rows].map((row) => row.map((cell) => this.#fit(cell)));
    this.#widths ??= this.#head.map((_, column) =>
      safe.reduce((max, row) => Math.max(max, widthOf(row[column]?.text ?? '')), 0),
    );
    return safe.map((row) => this.#line(row));
  }

  #fit({ text, ...rest }: Span): Span {
    const safe = safeText(text);
    if (!this.#isCut || safe.length <= CELL_LIMIT || widthOf(safe) <= CELL_LIMIT)
      return { text: safe, ...rest };
    const shown = [...characters.segment(safe)].slice(0, CELL_LIMIT - 1).map(({ segment }) => segment);
    return { text: `${shown.join('')}…`, ...rest };
  }

  #line(row: readonly Span[]): Span[] {
    const last = row.findLastIndex(({ text }) => text !== '');
    return row.slice(0, last + 1).flatMap((cell, column) => {
      const missing = column === last ? 0 : (this.#widths?.[column] ?? 0) - widthOf(cell.text);
      return [cell, { text: ' '.repeat(Math.max(0, missing)) + (column === last ? '' : GAP) }];
    });
  }
}
