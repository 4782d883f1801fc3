import { type RawBuilder, sql } from 'kysely';
import type { SimFilter } from '../../gateway/sim/sim-filter.type.ts';
import { indexed, searchedFor } from '../sim-row.ts';

/** Which SIMs of the index are meant. */
export interface FleetScope {
  readonly tenant: string;
  /** The group whose SIMs alone are looked at, if any. */
  readonly group: string | null;
  readonly filter: SimFilter | null;
}

/** The condition that a row of the index fits. */
export function fits({ tenant, group, filter }: FleetScope): RawBuilder<unknown> {
  const conditions = [sql`tenant = ${tenant}`];
  const when = <T>(given: T | null | undefined, condition: (value: T) => RawBuilder<unknown>) => {
    if (given != null) conditions.push(condition(given));
  };
  when(group, (name) => sql`group_name = ${indexed(name)}`);
  when(filter?.states, (states) => sql`state = any(${[...states]}::text[])`);
  when(filter?.isTransitioning, (is) => sql`is_transitioning = ${is}`);
  when(filter?.groups, (groups) => sql`group_name = any(${groups.map(indexed)}::text[])`);
  when(filter?.inNoGroup, (is) => (is ? sql`group_name is null` : sql`group_name is not null`));
  when(filter?.search, (part) => sql`search like ${likePattern(part)}`);
  when(filter?.types, (types) => sql`type = any(${types.map(indexed)}::text[])`);
  when(filter?.isEsim, (is) => (is ? sql`eid is not null` : sql`eid is null`));
  when(filter?.usedPercentAtLeast, (share) => sql`used_percent >= ${share}::double precision`);
  when(filter?.lastDataSessionBefore, (at) => sql`last_data_session_at < ${at}::timestamptz`);
  when(filter?.lastDataSessionAfter, (at) => sql`last_data_session_at > ${at}::timestamptz`);
  return sql.join(conditions, sql` and `);
}

/**
 * The condition that a row of counts fits, where the counts by group and state can tell how many SIMs are meant; null where they cannot.
 */
export function countsFit({ tenant, group, filter }: FleetScope): RawBuilder<unknown> | null {
  const { states, groups, inNoGroup, ...others } = filter ?? {};
  if (Object.values(others).some((condition) => condition != null)) return null;
  const conditions = [sql`tenant = ${tenant}`];
  if (group !== null) conditions.push(sql`group_name = ${indexed(group)}`);
  if (states != null) conditions.push(sql`state = any(${[...states]}::text[])`);
  // A count of SIMs in no group has the empty name, which no group has.
  if (groups != null)
    conditions.push(sql`group_name = any(${groups.map(indexed)}::text[]) and group_name <> ''`);
  if (inNoGroup != null) conditions.push(inNoGroup ? sql`group_name = ''` : sql`group_name <> ''`);
  return sql.join(conditions, sql` and `);
}

function likePattern(part: string): string {
  return `%${searchedFor(part).replaceAll(/[\\%_]/g, '\\$&')}%`;
}
