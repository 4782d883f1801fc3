import { type RawBuilder, sql } from 'kysely';
import type { columnsOf, costColumnsOf } from './sim-row.ts';

/** Columns with the fields of a SIM, and their types. */
const simColumns = {
  iccid: 'text',
  eid: 'text',
  name: 'text',
  group_name: 'text',
  msisdn: 'text',
  imsi: 'text',
  imei: 'text',
  type: 'text',
  form_factor: 'text',
  apn: 'text',
  data_limit_megabytes: 'integer',
  active_profile: 'text',
  downloaded_profiles: 'text[]',
  has_data_limit_field: 'boolean',
  has_profiles_field: 'boolean',
  state: 'text',
  pending_state: 'text',
  is_transitioning: 'boolean',
  raw_state: 'text',
  legacy_primary: 'text',
  legacy_secondary: 'text',
  last_network_activity_at: 'timestamptz',
  last_modified_at: 'timestamptz',
  last_data_session_at: 'timestamptz',
  usage_updated_at: 'timestamptz',
  search: 'text',
  fingerprint: 'text',
} as const satisfies Record<keyof ReturnType<typeof columnsOf>, string>;

/** Columns with the usage and cost of a month, and their types. */
const costColumns = {
  cost_month: 'text',
  data_plan: 'text',
  used_bytes: 'bigint',
  cost_amount: 'double precision',
  cost_currency: 'text',
  cost_version: 'text',
} as const satisfies Record<keyof ReturnType<typeof costColumnsOf>, string>;

export const simNames = Object.keys(simColumns);

export const costNames = Object.keys(costColumns);

/** The names, each mapped by `each`, separated by commas. */
export function list(
  names: readonly string[],
  each: (name: string) => string = (name) => name,
): RawBuilder<unknown> {
  return sql.raw(names.map(each).join(', '));
}

/** The column definitions of the JSON records from which rows are written. */
export const recordColumns = list(
  Object.entries({
    ...simColumns,
    ...costColumns,
    cost_asked_at: 'timestamptz',
    observed_at: 'timestamptz',
  }).map((column) => column.join(' ')),
);
