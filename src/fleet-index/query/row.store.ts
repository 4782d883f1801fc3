import { sql } from 'kysely';
import type { SimRow } from '../sim-row.ts';

/** The fields of a row that hold instants. */
type InstantField = { [K in keyof SimRow]-?: Date extends SimRow[K] ? K : never }[keyof SimRow];

const instantColumns: Readonly<Record<InstantField, string>> = {
  lastNetworkActivityAt: 'last_network_activity_at',
  lastModifiedAt: 'last_modified_at',
  lastDataSessionAt: 'last_data_session_at',
  usageUpdatedAt: 'usage_updated_at',
};

/** The column, or the expression over columns, of each field that holds no instant. */
export const columns: Readonly<Record<Exclude<keyof SimRow, InstantField>, string>> = {
  iccid: 'iccid',
  eid: 'eid',
  name: 'name',
  groupName: 'group_name',
  msisdn: 'msisdn',
  imsi: 'imsi',
  imei: 'imei',
  type: 'type',
  formFactor: 'form_factor',
  apn: 'apn',
  dataLimitMegabytes: 'data_limit_megabytes',
  activeProfile: 'active_profile',
  downloadedProfiles: 'downloaded_profiles',
  hasDataLimitField: 'has_data_limit_field',
  hasProfilesField: 'has_profiles_field',
  state: 'state',
  pendingState: 'pending_state',
  isTransitioning: 'is_transitioning',
  rawState: 'raw_state',
  legacyStatus: `case when legacy_primary is not null
    then json_build_object('primary', legacy_primary, 'secondary', legacy_secondary) end`,
  costMonth: 'cost_month',
  dataPlan: 'data_plan',
  usedBytes: 'used_bytes::double precision',
  costAmount: 'cost_amount',
  costCurrency: 'cost_currency',
  usedPercent: 'used_percent',
};

/** Epoch milliseconds: cheaper to parse than a text. The columns have whole milliseconds, which this keeps. */
const inMs = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;

/** The columns of a row under the names of its fields, so that no layer renames them. Instants are in ms since 1970. */
export const rowColumns = sql.raw(
  [
    ...Object.entries(columns),
    ...Object.entries(instantColumns).map(([field, column]) => [field, inMs(column)]),
  ]
    .map(([field, column]) => `${column} as "${field}"`)
    .join(', '),
);

/** A row as the database returns it. */
export type StoredRow = Omit<SimRow, InstantField> & Record<InstantField, number | null>;

const instantFields = Object.keys(instantColumns) as InstantField[];

/** Turns a stored row into a `SimRow`, in place: a copy of 31 fields would take longer than everything else here. */
export function toSimRow(stored: StoredRow): SimRow {
  const row: Omit<SimRow, InstantField> & Record<InstantField, Date | number | null> = stored;
  for (const field of instantFields) {
    const ms = stored[field];
    if (ms !== null) row[field] = new Date(ms);
  }
  return row as SimRow;
}
