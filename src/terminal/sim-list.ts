import { InvalidArgumentError } from 'commander';
import { WrongUsage } from './exit-codes.ts';

/** A list of SIMs by ICCID or EID. */
export interface SimList {
  /** Without repetitions, in the order of the input. */
  readonly keys: readonly string[];
  /** Number of repeated keys. */
  readonly repeated: number;
}

const ICCID = /^\d{18,22}$/;
const EID = /^\d{32}$/;
const MAX_SIMS = 1_000_000;
const SHOWN_FAULTS = 5;

/** True for an ICCID, 18 to 22 digits. */
export function isIccid(text: string): boolean {
  return ICCID.test(text);
}

/** True for an ICCID (18 to 22 digits) or an EID (32 digits). */
export function isSimKey(text: string): boolean {
  return ICCID.test(text) || EID.test(text);
}

/** Parses an argument that is an ICCID or EID. */
export function simKey(text: string): string {
  if (isSimKey(text)) return text;
  throw new InvalidArgumentError('An ICCID has 18 to 22 digits, an EID 32.');
}

/** Parses an option that is an ICCID. */
export function simIccid(text: string): string {
  if (isIccid(text)) return text;
  throw new InvalidArgumentError('An ICCID has 18 to 22 digits.');
}

export function simRef(key: string): { iccid: string } | { eid: string } {
  return EID.test(key) ? { eid: key } : { iccid: key };
}

/**
 * Reads a file of SIMs: one ICCID or EID per line, or in the first column of a CSV file (comma, semicolon or tab) with or without a
 * header. If the header names the second column `eid`, that column is used when the first is empty. A line may also be a JSON object with
 * `iccid` or `eid`. Blank lines and text after a `#` are ignored. Errors: WrongUsage, with the numbers of the first five bad lines.
 */
export function readSimFile(text: string, name: string): SimList {
  const cells: Cell[] = [];
  let isFirst = true;
  let hasEids = false;
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [first = '', second = ''] = line.split(/[,;\t#]/, 2).map(unquoted);
    if (isFirst && isHeader(first)) hasEids = /^eid$/i.test(second);
    else {
      const key = keyOfJson(line) ?? (first === '' && hasEids ? second : first);
      cells.push({ where: `line ${index + 1}`, key });
    }
    isFirst = false;
  }
  return collect(cells, name);
}

/** Reads SIMs from arguments, separated by spaces or commas. Errors: WrongUsage, with the positions of the first five bad ones. */
export function readSimArguments(typed: readonly string[], name: string): SimList {
  const keys = typed.flatMap((text) => text.split(/[\s,]+/)).filter((key) => key !== '');
  return collect(
    keys.map((key, index) => ({ where: `SIM ${index + 1}`, key })),
    name,
  );
}

interface Cell {
  readonly where: string;
  readonly key: string;
}

const unquoted = (cell: string) =>
  cell
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();

/** The key in a line that is a JSON object; undefined for other lines. */
function keyOfJson(line: string): string | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const { iccid, eid } = JSON.parse(line) as { iccid?: unknown; eid?: unknown };
    return String(iccid ?? eid ?? line);
  } catch {
    return line;
  }
}

/** A header has no digits; a mistyped ICCID still has some. */
const isHeader = (cell: string) => /^[\p{L}_][\p{L}\s_()/-]*$/u.test(cell);

function collect(cells: readonly Cell[], name: string): SimList {
  const faults = cells.filter(({ key }) => !isSimKey(key));
  if (faults.length > 0) {
    const shown = faults.slice(0, SHOWN_FAULTS).map((cell) => `  ${faultOf(cell)}`);
    const more =
      faults.length > SHOWN_FAULTS ? [`  and ${faults.length - SHOWN_FAULTS} more like these`] : [];
    throw new WrongUsage([`${name} was refused, and nothing was sent:`, ...shown, ...more].join('\n'));
  }
  if (cells.length === 0) throw new WrongUsage(`${name} names no SIM`);
  const keys = [...new Set(cells.map(({ key }) => key))];
  if (keys.length > MAX_SIMS) {
    throw new WrongUsage(`${name} names ${keys.length} SIMs; one operation takes at most ${MAX_SIMS}`);
  }
  return { keys, repeated: cells.length - keys.length };
}

function faultOf({ where, key }: Cell): string {
  const rule = 'an ICCID has 18 to 22 digits, an EID 32';
  if (key === '') return `${where}: its first column is empty; ${rule}`;
  const shown = JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  if (/^\d[.,]?\d*e\+?\d+$/i.test(key)) {
    return `${where}: ${shown} was shortened by a spreadsheet; save the column as text`;
  }
  if (/^\d+$/.test(key)) return `${where}: ${shown} has ${key.length} digits; ${rule}`;
  return `${where}: ${shown} is not an ICCID or EID; ${rule}`;
}
