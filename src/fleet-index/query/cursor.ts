import * as z from 'zod';
import { badUserInput } from '../../errors/index.ts';
import { iccidPattern } from '../../sim-api/index.ts';
import type { SimRow } from '../sim-row.ts';
import type { CursorPosition } from './keyset-ranges.store.ts';
import { type PageDirection, type SimOrderField, simOrderFields } from './sim-query.ts';

/** Prefix of the cursors of the index. Cursors of the SIM API's own lists do not have it. */
const mark = 'fleet:';

const sortValues = {
  ICCID: ({ iccid }) => iccid,
  NAME: ({ name }) => name,
  GROUP: ({ groupName }) => groupName,
  STATE: ({ state }) => state,
  USED_BYTES: ({ usedBytes }) => usedBytes,
  USED_PERCENT: ({ usedPercent }) => usedPercent,
  COST: ({ costAmount }) => costAmount,
  EID: ({ eid }) => eid,
  MSISDN: ({ msisdn }) => msisdn,
  LAST_NETWORK_ACTIVITY: ({ lastNetworkActivityAt }) => lastNetworkActivityAt?.getTime() ?? null,
  LAST_DATA_SESSION: ({ lastDataSessionAt }) => lastDataSessionAt?.getTime() ?? null,
  LAST_MODIFIED: ({ lastModifiedAt }) => lastModifiedAt?.getTime() ?? null,
} as const satisfies Record<SimOrderField, (row: SimRow) => string | number | null>;

/** The last instant that both JavaScript and PostgreSQL can represent. */
const lastInstantMs = 8_640_000_000_000_000;

const text = z.string().refine((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value));
const instant = z.int().min(0).max(lastInstantMs);

const valueSchemas: Readonly<Record<SimOrderField, z.ZodType<string | number>>> = {
  ICCID: text,
  NAME: text,
  GROUP: text,
  STATE: text,
  USED_BYTES: z.int().min(0),
  USED_PERCENT: z.number().min(0),
  // The SIM API may bill a negative amount.
  COST: z.number(),
  EID: text,
  MSISDN: text,
  LAST_NETWORK_ACTIVITY: instant,
  LAST_DATA_SESSION: instant,
  LAST_MODIFIED: instant,
};

/** The position that the cursors of a list hold, by the field that it is sorted by. */
const positions = new Map(
  simOrderFields.map((field) => [
    field,
    z.tuple([z.literal(field), valueSchemas[field].nullable(), z.string().regex(iccidPattern)]),
  ]),
);

/** Whether a cursor belongs to a list of the index. */
export function isCursorPosition(cursor: string): boolean {
  return textOf(cursor).startsWith(mark);
}

/** The cursor of a SIM in a list sorted by `field`. */
export function encodeCursor(row: SimRow, field: SimOrderField): string {
  return Buffer.from(mark + JSON.stringify([field, sortValues[field](row), row.iccid])).toString('base64url');
}

/** The position that a cursor holds. Errors: BAD_USER_INPUT if it is not a cursor of a list sorted by `field`. */
export function decodeCursor(cursor: string, field: SimOrderField, direction: PageDirection): CursorPosition {
  const data = positions.get(field)?.safeParse(jsonOf(textOf(cursor))).data;
  if (data === undefined)
    throw badUserInput(
      direction === 'forward' ? 'after' : 'before',
      'must be a cursor that this list gave, sorted by the same field',
    );
  return { value: data[1], iccid: data[2] };
}

function textOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

function jsonOf(text: string): unknown {
  try {
    return text.startsWith(mark) ? JSON.parse(text.slice(mark.length)) : undefined;
  } catch {
    return undefined;
  }
}
