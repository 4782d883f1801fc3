import { type RawBuilder, sql } from 'kysely';
import type { Window } from '../common/paging.ts';
import type { SimOrder, SimOrderField } from '../sim/sim-order.type.ts';
import { type FleetScope, fits } from './filter.store.ts';

/** The value that a list is sorted by; instants in milliseconds since 1970. */
type SortValue = string | number | null;

/** Where a SIM stands in a list. */
export interface Place {
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
  LAST_NETWORK_ACTIVITY: { name: 'last_network_activity_at', type: 'timestamptz', isNullable: true },
  LAST_DATA_SESSION: { name: 'last_data_session_at', type: 'timestamptz', isNullable: true },
  LAST_MODIFIED: { name: 'last_modified_at', type: 'timestamptz', isNullable: true },
};

/** Columns of a row as `SimRow` has them. */
export const rowColumns = sql.raw(`iccid, eid, name, group_name, msisdn, imsi, imei, type, form_factor, apn,
  data_limit_megabytes, active_profile, downloaded_profiles, is_limit_told, are_profiles_told, state, pending_state,
  is_transitioning, raw_state, legacy_primary, legacy_secondary, last_network_activity_at, last_modified_at,
  last_data_session_at, usage_updated_at, cost_month, data_plan, used_bytes::double precision as used_bytes, cost_amount,
  cost_currency, used_percent`);

/** Which way one thing is sorted. */
type Way = 'asc' | 'desc';

const opposite = { asc: 'desc', desc: 'asc' } as const;

/** A stretch of a list that is read by one index. */
interface Part {
  readonly where: RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
}

/** How a list is read: in the direction of the page. */
interface Reading {
  readonly column: OrderColumn;
  readonly value: Way;
  readonly iccid: Way;
  readonly isForward: boolean;
}

/**
 * The statement that gives `most` rows behind a place, or ahead of it and then in reverse. A list is put together of parts, in each
 * of which it runs as an index does: SIMs that have the value of the place, those behind it, those without a value.
 */
export function selectPage(
  scope: FleetScope,
  { field, direction }: SimOrder,
  { direction: reading }: Pick<Window, 'direction'>,
  place: Place | null,
  most: number,
): RawBuilder<unknown> {
  const isForward = reading === 'forward';
  const way: Way = direction === 'ASC' ? 'asc' : 'desc';
  const list: Reading = isForward
    ? { column: orderColumns[field], value: way, iccid: 'asc', isForward }
    : { column: orderColumns[field], value: opposite[way], iccid: 'desc', isForward };
  const parts = partsOf(list, place);
  const selects = parts.map(
    ({ where, order }, index) => sql`(
      select ${rowColumns}, ${sql.lit(index)} as part from fleet_sim
      where ${fits(scope)} and ${where} order by ${order} limit ${most})`,
  );
  if (parts.length === 1) return selects[0] as RawBuilder<unknown>;
  return sql`
    select * from (${sql.join(selects, sql` union all `)}) as parts
    order by part, ${sortBy(list)} limit ${most}`;
}

function partsOf(list: Reading, place: Place | null): Part[] {
  const { column, isForward } = list;
  if (!column.isNullable) return valuedParts(list, place);
  const isInNulls = place !== null && place.value === null;
  const nulls = nullsPart(list, isInNulls ? place : null);
  if (isForward) return isInNulls ? [nulls] : [...valuedParts(list, place), nulls];
  return place === null || isInNulls ? [nulls, ...valuedParts(list, null)] : valuedParts(list, place);
}

function nullsPart({ column, iccid: way }: Reading, place: Place | null): Part {
  const order = sql`iccid ${sql.raw(way)}`;
  const where = sql`${sql.ref(column.name)} is null`;
  return { where: place === null ? where : sql`${where} and iccid ${past(way)} ${place.iccid}`, order };
}

function valuedParts(list: Reading, place: Place | null): Part[] {
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
