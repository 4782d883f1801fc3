import { type RawBuilder, sql } from 'kysely';
import type { PageDirection, SimOrder, SimOrderField } from './sim-query.ts';

/** A value that a list is sorted by; instants in ms since 1970. */
type SortValue = string | number | null;

/** The position of a SIM in a list. */
export interface CursorPosition {
  readonly value: SortValue;
  readonly iccid: string;
}

interface OrderColumn {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'double precision' | 'timestamptz';
  readonly isNullable: boolean;
}

const orderColumns: Readonly<Record<SimOrderField, OrderColumn>> = {
  ICCID: { name: 'iccid', type: 'text', isNullable: false },
  NAME: { name: 'name', type: 'text', isNullable: true },
  GROUP: { name: 'group_name', type: 'text', isNullable: true },
  STATE: { name: 'state', type: 'text', isNullable: false },
  USED_BYTES: { name: 'used_bytes', type: 'bigint', isNullable: true },
  USED_PERCENT: { name: 'used_percent', type: 'double precision', isNullable: true },
  COST: { name: 'cost_amount', type: 'double precision', isNullable: true },
  EID: { name: 'eid', type: 'text', isNullable: true },
  MSISDN: { name: 'msisdn', type: 'text', isNullable: true },
  LAST_NETWORK_ACTIVITY: { name: 'last_network_activity_at', type: 'timestamptz', isNullable: true },
  LAST_DATA_SESSION: { name: 'last_data_session_at', type: 'timestamptz', isNullable: true },
  LAST_MODIFIED: { name: 'last_modified_at', type: 'timestamptz', isNullable: true },
};

type Way = 'asc' | 'desc';

const opposite = { asc: 'desc', desc: 'asc' } as const;

/** A range of a list that one database index can read in order. */
export interface Part {
  readonly where: RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
}

/** The ranges of a list from a cursor on. */
export interface ListParts {
  /** The columns of the sort key. */
  readonly columns: RawBuilder<unknown>;
  /** In reading order; at least one. */
  readonly parts: readonly Part[];
}

/** The sort directions in which a list is read. For a backward page they are reversed. */
interface Reading {
  readonly column: OrderColumn;
  readonly value: Way;
  readonly iccid: Way;
  readonly isForward: boolean;
}

/**
 * Splits the list after a cursor position into parts: SIMs with the value of the position, SIMs with later values, SIMs without a value.
 * For a backward page, the parts cover the list before the position, in reverse.
 */
export function listParts(
  { field, direction }: SimOrder,
  reading: PageDirection,
  place: CursorPosition | null,
): ListParts {
  const isForward = reading === 'forward';
  const way: Way = direction === 'ASC' ? 'asc' : 'desc';
  const column = orderColumns[field];
  const list: Reading = isForward
    ? { column, value: way, iccid: 'asc', isForward }
    : { column, value: opposite[way], iccid: 'desc', isForward };
  const columns = sql.raw(column.name === 'iccid' ? 'iccid' : `iccid, ${column.name}`);
  return { columns, parts: partsOf(list, place) };
}

function partsOf(list: Reading, place: CursorPosition | null): Part[] {
  const { column, isForward } = list;
  if (!column.isNullable) return valuedParts(list, place);
  const isInNulls = place !== null && place.value === null;
  const nulls = nullsPart(list, isInNulls ? place : null);
  if (isForward) return isInNulls ? [nulls] : [...valuedParts(list, place), nulls];
  return place === null || isInNulls ? [nulls, ...valuedParts(list, null)] : valuedParts(list, place);
}

function nullsPart({ column, iccid: way }: Reading, place: CursorPosition | null): Part {
  const order = sql`iccid ${sql.raw(way)}`;
  const where = sql`${sql.ref(column.name)} is null`;
  return { where: place === null ? where : sql`${where} and iccid ${past(way)} ${place.iccid}`, order };
}

function valuedParts(list: Reading, place: CursorPosition | null): Part[] {
  const { column, value: way, iccid: iccidWay } = list;
  const name = sql.ref(column.name);
  const order = sortBy(list);
  if (place === null) return [{ where: sql`${name} is not null`, order }];
  if (column.name === 'iccid') return [{ where: sql`iccid ${past(way)} ${place.iccid}`, order }];
  const bound = boundOf(column, place.value);
  if (way === iccidWay)
    return [{ where: sql`(${name}, iccid) ${past(way)} (${bound}, ${place.iccid})`, order }];
  return [
    {
      where: sql`${name} = ${bound} and iccid ${past(iccidWay)} ${place.iccid}`,
      order: sql`iccid ${sql.raw(iccidWay)}`,
    },
    { where: sql`${name} ${past(way)} ${bound}`, order },
  ];
}

function boundOf({ type }: OrderColumn, value: SortValue): RawBuilder<unknown> {
  const bound = type === 'timestamptz' && value !== null ? new Date(value) : value;
  return sql`${bound}::${sql.raw(type)}`;
}

function sortBy({ column: { name }, value, iccid }: Reading): RawBuilder<unknown> {
  if (name === 'iccid') return sql`iccid ${sql.raw(value)}`;
  return sql`${sql.ref(name)} ${sql.raw(value)}, iccid ${sql.raw(iccid)}`;
}

function past(way: Way): RawBuilder<unknown> {
  return sql.raw(way === 'asc' ? '>' : '<');
}
