import { openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ReadStream, type WriteStream } from 'node:tty';
import { isResultLost, writeResult, writeToPerson } from './output.ts';
import { safeJson, safeText } from './safe-text.ts';

const STYLES = { bold: '1', dim: '2', bad: '31', good: '32', warn: '33' } as const;

/** A piece of a line. Its text may come from anywhere: it is made safe when it is shown. */
export interface Span {
  readonly text: string;
  readonly style?: keyof typeof STYLES;
}

/** One line, without its end. */
export type Line = string | readonly Span[];

/** Where the program writes: results to the standard output, everything else to the standard error. */
export interface Screen {
  /** Whether somebody watches: the standard error is a terminal, which can show a line that changes. */
  readonly isWatched: boolean;
  /** Whether results are shown on a terminal. */
  readonly isResultWatched: boolean;
  /** Columns of the terminal. */
  columns(): number;
  /** A line of the result; settles when it is written, or cannot be. */
  print(line: Line): Promise<void>;
  /** A line of JSON of the result. */
  printJson(value: unknown): Promise<void>;
  /** Whether the rest of the result can be spared: its reader has gone, or its disk is full. */
  isResultLost(): boolean;
  /** A line for the person, not part of the result. */
  say(line: Line): void;
  /** Shows a line below all others in place of the one before; nothing without a terminal. */
  show(line: Line): void;
  /** Takes that line away. */
  clear(): void;
  /** Whether somebody can be asked. */
  canAsk(): boolean;
  /** Asks for one key; undefined when the signal came first. Ctrl-C is the key `\x03`. */
  askKey(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for a line; undefined when the person pressed Ctrl-C or there is no more input. */
  askLine(question: string): Promise<string | undefined>;
  /** Lets go of the keyboard. */
  close(): void;
}

/** The screen of this process. Colour only where a terminal shows it, NO_COLOR is not set and `color` is true. */
export function openScreen({ color }: { color: boolean }): Screen {
  const { stdout, stderr, stdin } = process;
  const toResult = painter(stdout, color);
  const toPerson = painter(stderr, color);
  let shown = 0;
  let question: string | undefined;
  let keyboard: ReadStream | undefined;

  const columns = () => (stderr.columns || 80) - 1;
  const write = writeToPerson;
  // Blanks instead of an escape: it works on every terminal.
  const wipe = () => {
    if (shown > 0) write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  const ask = () => {
    if (question === undefined) return;
    write(question);
    shown = question.length;
  };
  async function put(text: string) {
    if (stdout.isTTY) wipe();
    await writeResult(`${text}\n`);
    if (stdout.isTTY) ask();
  }
  function openKeyboard(): ReadStream | undefined {
    if (keyboard !== undefined || !stderr.isTTY) return keyboard;
    if (stdin.isTTY) keyboard = stdin;
    else {
      // The list came by the standard input; the person still sits at the terminal.
      try {
        keyboard = new ReadStream(openSync('/dev/tty', 'r'));
      } catch {
        return undefined;
      }
    }
    return keyboard;
  }

  return {
    isWatched: stderr.isTTY === true,
    isResultWatched: stdout.isTTY === true,
    columns,
    print: (line) => put(toResult(line)),
    printJson: (value) => put(safeJson(value)),
    isResultLost,
    say(line) {
      wipe();
      write(`${toPerson(line)}\n`);
      ask();
    },
    show(line) {
      if (!stderr.isTTY || question !== undefined) return;
      const width =
        typeof line === 'string' ? line.length : line.reduce((sum, { text }) => sum + text.length, 0);
      write(`\r${toPerson(line)}${' '.repeat(Math.max(0, shown - width))}`);
      shown = width;
    },
    clear: wipe,
    canAsk: () => openKeyboard() !== undefined,
    async askKey(text, signal) {
      const keys = openKeyboard();
      if (keys === undefined || signal.aborted) return undefined;
      // The terminal itself has written ^C behind the line.
      if (shown > 0) shown = Math.min(shown + 2, columns());
      wipe();
      // Before the question is there: a Ctrl-C that answers it is a key, and no signal.
      keys.setRawMode(true).resume();
      question = text;
      ask();
      const key = await new Promise<string | undefined>((resolve) => {
        keys.once('data', (data) => resolve(String(data)));
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      keys.removeAllListeners('data');
      keys.setRawMode(false).pause();
      question = undefined;
      wipe();
      return key;
    },
    async askLine(text) {
      const keys = openKeyboard();
      if (keys === undefined) return undefined;
      wipe();
      const lines = createInterface({ input: keys, output: stderr });
      try {
        return await new Promise<string | undefined>((resolve) => {
          lines.once('SIGINT', () => resolve(undefined)).once('close', () => resolve(undefined));
          void lines.question(text).then(resolve);
        });
      } finally {
        lines.close();
      }
    },
    close() {
      wipe();
      keyboard?.destroy();
    },
  };
}

function painter(stream: WriteStream, color: boolean): (line: Line) => string {
  const isColored = color && stream.isTTY === true && stream.hasColors();
  return (line) => {
    if (typeof line === 'string') return safeText(line);
    return line
      .map(({ text, style }) =>
        isColored && style && text !== '' ? `\x1b[${STYLES[style]}m${safeText(text)}\x1b[0m` : safeText(text),
      )
      .join('');
  };
}
