import { type RawBuilder, sql } from 'kysely';
import type { SimFilter } from '../sim/sim-filter.type.ts';
import { searchedFor } from './sim-row.ts';

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
  when(group, (name) => sql`group_name = ${name}`);
  when(filter?.states, (states) => sql`state = any(${[...states]}::text[])`);
  when(filter?.isTransitioning, (is) => sql`is_transitioning = ${is}`);
  when(filter?.groups, (groups) => sql`group_name = any(${[...groups]}::text[])`);
  when(filter?.inNoGroup, (is) => (is ? sql`group_name is null` : sql`group_name is not null`));
  when(filter?.search, (part) => sql`search like ${likePattern(part)}`);
  when(filter?.types, (types) => sql`type = any(${[...types]}::text[])`);
  when(filter?.isEsim, (is) => (is ? sql`eid is not null` : sql`eid is null`));
  when(filter?.usedPercentAtLeast, (share) => sql`used_percent >= ${share}::double precision`);
  when(filter?.lastDataSessionBefore, (at) => sql`last_data_session_at < ${at}::timestamptz`);
  when(filter?.lastDataSessionAfter, (at) => sql`last_data_session_at > ${at}::timestamptz`);
  return sql.join(conditions, sql` and `);
}

function likePattern(part: string): string {
  return `%${searchedFor(part).replaceAll(/[\\%_]/g, '\\$&')}%`;
}
