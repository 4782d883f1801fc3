import { type RawBuilder, sql } from 'kysely';
import { badUserInput, checkText } from '../../errors/index.ts';
import type { SimState } from '../../sim-api/index.ts';
import { indexed, searchedFor } from '../sim-row.ts';
import type { SimFilter } from './sim-query.ts';

/** The fields of a filter, each with a value. */
type Given = { readonly [K in keyof SimFilter]-?: NonNullable<SimFilter[K]> };
type FilterField = keyof Given;

/** Selects SIMs of the index. */
export interface FleetScope {
  readonly tenant: string;
  /** Only SIMs of this group; null: SIMs of all groups and of none. */
  readonly group: string | null;
  readonly filter: SimFilter | null;
}

/** How a field of a filter is checked and translated to SQL. */
interface FieldRules<V> {
  /** The condition on a row of the index. */
  readonly onSims: (value: V) => RawBuilder<unknown>;
  /** The condition on a row of the counts by group and state; null if the field cannot be applied to these. */
  readonly onCounts: ((value: V) => RawBuilder<unknown>) | null;
  /** Checks the rules that the type does not express; `field` is the path of the value. Errors: BAD_USER_INPUT. */
  readonly check?: (field: string, value: V) => void;
}

const inStates = (states: readonly SimState[]) => sql`state = any(${[...states]}::text[])`;
const inGroups = (groups: readonly string[]) => sql`group_name = any(${groups.map(indexed)}::text[])`;

/** Rules by field, in the order of the conditions in a statement. A field without rules does not compile: it would match every SIM. */
const fields: { readonly [K in keyof Given]: FieldRules<Given[K]> } = {
  states: { onSims: inStates, onCounts: inStates, check: checkValues },
  isTransitioning: { onSims: (is) => sql`is_transitioning = ${is}`, onCounts: null },
  groups: {
    onSims: inGroups,
    // Counts of SIMs without a group have the empty name, which no group has.
    onCounts: (groups) => sql`${inGroups(groups)} and group_name <> ''`,
    check: checkValues,
  },
  inNoGroup: {
    onSims: (is) => (is ? sql`group_name is null` : sql`group_name is not null`),
    onCounts: (is) => (is ? sql`group_name = ''` : sql`group_name <> ''`),
  },
  search: { onSims: (part) => sql`search like ${likePattern(part)}`, onCounts: null, check: checkSearch },
  types: {
    onSims: (types) => sql`type = any(${types.map(indexed)}::text[])`,
    onCounts: null,
    check: checkValues,
  },
  isEsim: { onSims: (is) => (is ? sql`eid is not null` : sql`eid is null`), onCounts: null },
  usedPercentAtLeast: {
    onSims: (share) => sql`used_percent >= ${share}::double precision`,
    onCounts: null,
  },
  lastDataSessionBefore: { onSims: (at) => sql`last_data_session_at < ${at}::timestamptz`, onCounts: null },
  lastDataSessionAfter: { onSims: (at) => sql`last_data_session_at > ${at}::timestamptz`, onCounts: null },
};

const fieldNames = Object.keys(fields) as FilterField[];

/**
 * Maps each field that has a value with `each`, in the order of the table. Errors: Error if a field is not in the table, because ignoring
 * it would match too many SIMs.
 */
function forEachGiven<T>(
  filter: SimFilter | null,
  each: <K extends FilterField>(rules: FieldRules<Given[K]>, value: Given[K], name: K) => T,
): T[] {
  if (filter === null) return [];
  for (const [name, value] of Object.entries(filter))
    if (value != null && !Object.hasOwn(fields, name))
      throw new Error(`the index has no condition for the field ${name} of a filter`);
  const ofField = <K extends FilterField>(name: K): T[] => {
    const value = filter[name];
    return value == null ? [] : [each<K>(fields[name], value as Given[K], name)];
  };
  return fieldNames.flatMap(ofField);
}

/** The SQL condition for rows of the index. */
export function matches({ tenant, group, filter }: FleetScope): RawBuilder<unknown> {
  const conditions = [sql`tenant = ${tenant}`];
  if (group !== null) conditions.push(sql`group_name = ${indexed(group)}`);
  conditions.push(...forEachGiven<RawBuilder<unknown>>(filter, ({ onSims }, value) => onSims(value)));
  return sql.join(conditions, sql` and `);
}

/** The SQL condition for rows of the counts by group and state; null if the scope cannot be counted from these. */
export function countsMatch({ tenant, group, filter }: FleetScope): RawBuilder<unknown> | null {
  const conditions = [sql`tenant = ${tenant}`];
  if (group !== null) conditions.push(sql`group_name = ${indexed(group)}`);
  const given = forEachGiven(filter, ({ onCounts }, value) => onCounts?.(value) ?? null);
  for (const condition of given) {
    if (condition === null) return null;
    conditions.push(condition);
  }
  return sql.join(conditions, sql` and `);
}

/** Checks the rules that the types do not express; `field` is the path of the filter. Errors: BAD_USER_INPUT. */
export function checkFilter(field: string, filter: SimFilter): void {
  forEachGiven(filter, ({ check }, value, name) => check?.(`${field}.${name}`, value));
}

const maxSearchLength = 200;
const maxValues = 1000;

function checkValues(field: string, values: readonly string[]): void {
  if (values.length > maxValues) throw badUserInput(field, `must hold at most ${maxValues} values`);
  for (const [index, value] of values.entries()) checkText(`${field}[${index}]`, value);
}

function checkSearch(field: string, search: string): void {
  checkText(field, search);
  if (search.length > maxSearchLength)
    throw badUserInput(field, `must have at most ${maxSearchLength} characters`);
}

function likePattern(part: string): string {
  return `%${searchedFor(part).replaceAll(/[\\%_]/g, '\\$&')}%`;
}
