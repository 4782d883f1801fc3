import { type RawBuilder, sql } from 'kysely';
import { indexed } from '../sim-row.ts';
import { forEachGiven } from './filter-fields.store.ts';
import { hasConditions } from './filter-logic.ts';
import type { SimFilter } from './sim-query.ts';

/** Selects SIMs of the index. */
export interface FleetScope {
  readonly tenant: string;
  /** Only SIMs of this group; null: SIMs of all groups and of none. */
  readonly group: string | null;
  /** A checked filter. */
  readonly filter: SimFilter | null;
  /** Only SIMs whose usage and cost are of this month; null or missing: all. */
  readonly costMonth?: string | null;
}

/** The SQL condition for rows of the index. */
export function matches({ tenant, group, filter, costMonth = null }: FleetScope): RawBuilder<unknown> {
  const conditions = [sql`tenant = ${tenant}`];
  if (group !== null) conditions.push(sql`group_name = ${indexed(group)}`);
  if (costMonth !== null) conditions.push(sql`cost_month = ${costMonth}`);
  if (filter !== null) conditions.push(...conditionsOf(filter));
  return sql.join(conditions, sql` and `);
}

/** The SQL condition for rows of the counts by group and state; null if the scope cannot be counted from these. */
export function countsMatch({ tenant, group, filter }: FleetScope): RawBuilder<unknown> | null {
  const conditions = [sql`tenant = ${tenant}`];
  if (group !== null) conditions.push(sql`group_name = ${indexed(group)}`);
  if (filter !== null) {
    const { or = null, not = null } = filter;
    if (hasConditions({ or, not })) return null;
    const given = forEachGiven<RawBuilder<unknown> | null>(
      filter,
      ({ onCounts }, value) => onCounts?.(value) ?? null,
    );
    for (const condition of given) {
      if (condition === null) return null;
      conditions.push(condition);
    }
  }
  return sql.join(conditions, sql` and `);
}

/** The conditions of a filter. A SIM matches if all are true; null, the result of a comparison with a missing value, is not true. */
function conditionsOf(filter: SimFilter): RawBuilder<unknown>[] {
  const conditions = forEachGiven<RawBuilder<unknown>>(filter, ({ onSims }, value) => onSims(value));
  const { or, not } = filter;
  if (or != null)
    conditions.push(or.length === 0 ? sql`false` : sql`(${sql.join(or.map(allOf), sql` or `)})`);
  if (not != null) conditions.push(sql`${allOf(not)} is not true`);
  return conditions;
}

function allOf(filter: SimFilter): RawBuilder<unknown> {
  const conditions = conditionsOf(filter);
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}
