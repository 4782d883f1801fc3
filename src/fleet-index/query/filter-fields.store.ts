import { type RawBuilder, sql } from 'kysely';
import { badUserInput, checkText } from '../../errors/index.ts';
import type { OfflineReason, SimState } from '../../sim-api/index.ts';
import { indexed, searchedFor, separator } from '../sim-row.ts';
import type { SimFilter } from './sim-query.ts';

/** The fields of a filter that are conditions on one SIM, each with a value. */
type Given = { readonly [K in Exclude<keyof SimFilter, 'or' | 'not'>]-?: NonNullable<SimFilter[K]> };
type FilterField = keyof Given;

/** How a field of a filter is checked and translated to SQL. */
interface FieldRules<V> {
  /** The condition on a row of the index. */
  readonly onSims: (value: V) => RawBuilder<unknown>;
  /** The condition on a row of the counts by group and state; null if the field cannot be applied to these. */
  readonly onCounts: ((value: V) => RawBuilder<unknown>) | null;
  /** Whether it is about the usage or cost of this month. */
  readonly isMonthly?: true;
  /** Checks the rules that the type does not express; `field` is the path of the value. Errors: BAD_USER_INPUT. */
  readonly check?: (field: string, value: V) => void;
}

const inStates = (states: readonly SimState[]) => sql`state = any(${[...states]}::text[])`;
const inGroups = (groups: readonly string[]) => sql`group_name = any(${groups.map(indexed)}::text[])`;

/** The rule of `offlineReasonOf`. */
const isOfflineFor: Readonly<Record<OfflineReason, RawBuilder<unknown>>> = {
  SUSPENDED: sql`legacy_secondary = 'SUSPENDED'`,
  DEACTIVATED: sql`legacy_secondary is distinct from 'SUSPENDED' and (legacy_primary = 'OFF' or legacy_secondary = 'OFF')`,
};

const hasOfflineReason = (reasons: readonly OfflineReason[]) => {
  const conditions = [...new Set(reasons)].map((reason) => isOfflineFor[reason]);
  return conditions.length === 0
    ? sql`false`
    : sql`state = 'OFFLINE' and (${sql.join(conditions, sql` or `)})`;
};

type InstantColumn = 'last_network_activity_at' | 'last_data_session_at' | 'last_modified_at';

const before = (column: InstantColumn): FieldRules<Date> => ({
  onSims: (at) => sql`${sql.ref(column)} < ${at}::timestamptz`,
  onCounts: null,
});
const after = (column: InstantColumn): FieldRules<Date> => ({
  onSims: (at) => sql`${sql.ref(column)} > ${at}::timestamptz`,
  onCounts: null,
});
const isMissing = (column: InstantColumn): FieldRules<boolean> => ({
  onSims: (is) => (is ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} is not null`),
  onCounts: null,
});

const maxSearchLength = 200;
const maxValues = 1000;
/** 10,000 times the limit. */
const maxPercent = 1_000_000;
const maxCost = 1_000_000_000;

/** Rules by field, in the order of the conditions in a statement. A field without rules does not compile: it would match every SIM. */
const fields: { readonly [K in FilterField]: FieldRules<Given[K]> } = {
  iccids: {
    onSims: (iccids) => sql`iccid = any(${[...iccids]}::text[])`,
    onCounts: null,
    check: checkValues,
  },
  states: { onSims: inStates, onCounts: inStates, check: checkValues },
  offlineReasons: { onSims: hasOfflineReason, onCounts: null, check: checkValues },
  isTransitioning: { onSims: (is) => sql`is_transitioning = ${is}`, onCounts: null },
  groups: {
    onSims: inGroups,
    // Counts of SIMs without a group have the empty name, which no group has.
    onCounts: (groups) => sql`${inGroups(groups)} and group_name <> ''`,
    check: checkNames,
  },
  inNoGroup: {
    onSims: (is) => (is ? sql`group_name is null` : sql`group_name is not null`),
    onCounts: (is) => (is ? sql`group_name = ''` : sql`group_name <> ''`),
  },
  search: { onSims: (part) => sql`search like ${likePattern(part)}`, onCounts: null, check: checkSearch },
  searchUnlessPersonal: {
    onSims(part) {
      const pattern = likePattern(part);
      // The name is the first part of the search text.
      return sql`search like ${pattern} and (iccid like ${pattern} or eid like ${pattern}
        or (name is not null and split_part(search, ${separator}, 1) like ${pattern}))`;
    },
    onCounts: null,
    check: checkSearch,
  },
  types: {
    onSims: (types) => sql`type = any(${types.map(indexed)}::text[])`,
    onCounts: null,
    check: checkNames,
  },
  isEsim: { onSims: (is) => (is ? sql`eid is not null` : sql`eid is null`), onCounts: null },
  usedBytesAtLeast: {
    onSims: (bytes) => sql`used_bytes >= ${bytes}::bigint`,
    onCounts: null,
    isMonthly: true,
    check: checkRange(Number.MAX_SAFE_INTEGER),
  },
  usedBytesAtMost: {
    onSims: (bytes) => sql`used_bytes <= ${bytes}::bigint`,
    onCounts: null,
    isMonthly: true,
    check: checkRange(Number.MAX_SAFE_INTEGER),
  },
  usedPercentAtLeast: {
    onSims: (share) => sql`used_percent >= ${share}::double precision`,
    onCounts: null,
    isMonthly: true,
    check: checkRange(maxPercent),
  },
  overDataLimit: {
    onSims: (is) => (is ? sql`used_percent > 100` : sql`(used_percent > 100) is not true`),
    onCounts: null,
    isMonthly: true,
  },
  costAtLeast: {
    onSims: (amount) => sql`cost_amount >= ${amount}::double precision`,
    onCounts: null,
    isMonthly: true,
    check: checkRange(maxCost),
  },
  neverConnected: isMissing('last_network_activity_at'),
  lastNetworkActivityBefore: before('last_network_activity_at'),
  lastNetworkActivityAfter: after('last_network_activity_at'),
  neverHadDataSession: isMissing('last_data_session_at'),
  lastDataSessionBefore: before('last_data_session_at'),
  lastDataSessionAfter: after('last_data_session_at'),
  lastModifiedBefore: before('last_modified_at'),
  lastModifiedAfter: after('last_modified_at'),
};

const fieldNames = Object.keys(fields) as FilterField[];

/**
 * Maps each condition on one SIM that has a value with `each`, in the order of the table; `or` and `not` are left to the caller. Errors:
 * Error if a field is not in the table, because ignoring it would match too many SIMs.
 */
export function forEachGiven<T>(
  { or: _, not: __, ...filter }: SimFilter,
  each: <K extends FilterField>(rules: FieldRules<Given[K]>, value: Given[K], name: K) => T,
): T[] {
  for (const [name, value] of Object.entries(filter))
    if (value != null && !Object.hasOwn(fields, name))
      throw new Error(`the index has no condition for the field ${name} of a filter`);
  const ofField = <K extends FilterField>(name: K): T[] => {
    const value = filter[name];
    return value == null ? [] : [each<K>(fields[name], value as Given[K], name)];
  };
  return fieldNames.flatMap(ofField);
}

function checkValues(field: string, values: readonly string[]): void {
  if (values.length > maxValues) throw badUserInput(field, `must hold at most ${maxValues} values`);
  for (const [index, value] of values.entries()) checkText(`${field}[${index}]`, value);
}

/** An empty name matches no SIM, so `not` with a forgotten value would match all. */
function checkNames(field: string, names: readonly string[]): void {
  checkValues(field, names);
  const index = names.indexOf('');
  if (index >= 0) throw badUserInput(`${field}[${index}]`, 'must not be empty');
}

function checkSearch(field: string, search: string): void {
  checkText(field, search);
  if (search.length > maxSearchLength)
    throw badUserInput(field, `must have at most ${maxSearchLength} characters`);
}

/** Refuses NaN too: a number in the text of an operation may be too large for a double. */
function checkRange(max: number) {
  return (field: string, value: number): void => {
    if (!(value >= 0 && value <= max)) throw badUserInput(field, `must be from 0 to ${max}`);
  };
}

function likePattern(part: string): string {
  return `%${searchedFor(part).replaceAll(/[\\%_]/g, '\\$&')}%`;
}
