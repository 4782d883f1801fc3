import { closeSync, constants, openSync, readSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ReadStream, type WriteStream } from 'node:tty';
import { isResultLost, writeResult, writeToPerson } from './output.ts';
import { safeJson, safeText } from './safe-text.ts';
import { readSettings } from './settings.ts';

const STYLES = { bold: '1', dim: '2', bad: '31', good: '32', warn: '33' } as const;

/** Moves the cursor up a line. */
const UP = '\x1b[A';

/** A part of a line. Its text may be unsafe: it is made safe when it is shown. */
export interface Span {
  readonly text: string;
  readonly style?: keyof typeof STYLES;
}

/** A line without its line end. */
export type Line = string | readonly Span[];

/** Output and prompts. Results go to the standard output, everything else to the standard error. */
export interface Screen {
  /** Whether the standard error is a terminal that can show changing lines. */
  readonly isWatched: boolean;
  /** Whether the standard output is a terminal. */
  readonly isResultWatched: boolean;
  /** Usable columns of the terminal of the standard error. */
  columns(): number;
  /** Columns of the terminal of the standard output; infinite if that is no terminal. */
  resultColumns(): number;
  /** Writes a line of the result. Resolves when it is written or dropped. */
  print(line: Line): Promise<void>;
  /** Writes a value as a line of JSON of the result. */
  printJson(value: unknown): Promise<void>;
  /** Whether the result can no longer be written: its reader has gone, or the disk is full. */
  isResultLost(): boolean;
  /** Writes a line to the standard error; not part of the result. */
  say(line: Line): void;
  /** Shows changing lines below all others and replaces the previous ones. Does nothing without a terminal. */
  show(lines: readonly Line[]): void;
  /** Removes the changing lines. */
  clear(): void;
  /** Whether there is a terminal to ask on: the standard error is one, and so is the standard input, or /dev/tty can be opened. */
  canAsk(): boolean;
  /** Asks for one key; undefined if `signal` aborts first. Ctrl-C is the key `\x03`. */
  askKey(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for a line; undefined after Ctrl-C or the end of the input. */
  askLine(question: string): Promise<string | undefined>;
  /** Like `askLine`, without showing what is typed. */
  askSecret(question: string): Promise<string | undefined>;
  /** Releases the keyboard. */
  close(): void;
}

/** Opens the screen of this process. Colour needs a terminal that supports it, no NO_COLOR, and `color`. */
export function openScreen({ color }: { color: boolean }): Screen {
  const { stdout, stderr, stdin } = process;
  const toResult = painter(stdout, color);
  const toPerson = painter(stderr, color);
  /** The widths of the changing lines, or of the question. The cursor is at the end of the last one. */
  let shown: number[] = [];
  let question: string | undefined;
  let keyboard: ReadStream | undefined;

  const isWatched = stderr.isTTY === true && !readSettings().isDumbTerminal;
  const columns = () => (stderr.columns || 80) - 1;
  const write = writeToPerson;
  // Spaces instead of an escape sequence, because they work on every terminal.
  const wipe = () => {
    if (shown.length > 0)
      write(
        shown
          .map((width) => `\r${' '.repeat(width)}\r`)
          .reverse()
          .join(UP),
      );
    shown = [];
  };
  const ask = () => {
    if (question === undefined) return;
    write(question);
    shown = [question.length];
  };
  async function put(text: string) {
    if (stdout.isTTY) wipe();
    await writeResult(`${text}\n`);
    if (stdout.isTTY) ask();
  }
  function openKeyboard(): ReadStream | undefined {
    if (keyboard !== undefined || !stderr.isTTY) return keyboard;
    if (stdin.isTTY && !stdin.readableEnded) keyboard = stdin;
    else {
      // The standard input may be a pipe with a list of SIMs, or a typed list that has ended; the terminal is still there.
      try {
        keyboard = new ReadStream(openSync('/dev/tty', 'r'));
      } catch {
        return undefined;
      }
    }
    return keyboard;
  }

  /** Discards what was typed before a question is shown: it is no answer to it. */
  function discardTyped(): void {
    let terminal: number | undefined;
    try {
      terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK);
      while (readSync(terminal, Buffer.alloc(4096)) > 0);
    } catch {
      // Nothing more was typed, or the system has no such file.
    } finally {
      if (terminal !== undefined) closeSync(terminal);
    }
  }

  return {
    isWatched,
    isResultWatched: stdout.isTTY === true,
    columns,
    resultColumns: () => (stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY),
    print: (line) => put(toResult(line)),
    printJson: (value) => put(safeJson(value)),
    isResultLost,
    say(line) {
      wipe();
      write(`${toPerson(line)}\n`);
      ask();
    },
    show(lines) {
      if (!isWatched || question !== undefined) return;
      if (lines.length !== shown.length) wipe();
      const widths = lines.map(widthOf);
      const padded = lines.map(
        (line, index) => toPerson(line) + ' '.repeat(Math.max(0, (shown[index] ?? 0) - (widths[index] ?? 0))),
      );
      write(`\r${UP.repeat(Math.max(0, shown.length - 1))}${padded.join('\n')}`);
      shown = widths;
    },
    clear: wipe,
    canAsk: () => openKeyboard() !== undefined,
    async askKey(text, signal) {
      const keys = openKeyboard();
      if (keys === undefined || signal.aborted) return undefined;
      // The terminal has echoed ^C after the line.
      const last = shown.pop();
      if (last !== undefined) shown.push(Math.min(last + 2, columns()));
      wipe();
      discardTyped();
      // Before the question is shown, so that a Ctrl-C in answer to it is a key, not a signal.
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
      discardTyped();
      const line = await typedLine(createInterface({ input: keys, output: stderr }), safeText(text));
      if (line === undefined) write('\n');
      return line;
    },
    async askSecret(text) {
      const keys = openKeyboard();
      if (keys === undefined) return undefined;
      wipe();
      // The echo of a terminal is off while it is read in raw mode; readline writes its own echo to `nowhere`.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: keys, output: nowhere, terminal: true, historySize: 0 });
      write(text);
      const line = await typedLine(lines, '');
      write('\n');
      return line;
    },
    close() {
      wipe();
      keyboard?.destroy();
    },
  };
}

function widthOf(line: Line): number {
  return typeof line === 'string' ? line.length : line.reduce((width, { text }) => width + text.length, 0);
}

/** Asks for a line; undefined after Ctrl-C or the end of the input. */
async function typedLine(lines: Interface, question: string): Promise<string | undefined> {
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('SIGINT', () => resolve(undefined)).once('close', () => resolve(undefined));
      void lines.question(question).then(resolve);
    });
  } finally {
    lines.close();
  }
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
