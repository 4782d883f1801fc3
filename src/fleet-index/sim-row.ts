import { createHash } from 'node:crypto';
import type { Sim, SimCost } from '../sim-api/index.ts';
import { foldCase } from './fold-case.ts';

/** Separates the parts of the search text. It is replaced in the parts and in search terms, so that no match spans two parts. */
export const separator = '\u001f';

/** Usage and cost of a SIM in a month. `usedBytes` is null if the SIM has no history. */
interface KnownCost {
  /** Null if no cost was read yet. */
  readonly costMonth: string | null;
  readonly dataPlan: string | null;
  readonly usedBytes: number | null;
  readonly costAmount: number | null;
  readonly costCurrency: string | null;
}

/** A row of the index as queries return it: a SIM, with the usage and cost of a month. */
export interface SimRow extends Sim, KnownCost {
  readonly usedPercent: number | null;
}

/** The columns of a row that hold the fields of a SIM. */
export function columnsOf(sim: Sim) {
  return {
    iccid: sim.iccid,
    eid: sim.eid,
    name: indexable(sim.name),
    group_name: indexable(sim.groupName),
    msisdn: indexable(sim.msisdn),
    imsi: storable(sim.imsi),
    imei: storable(sim.imei),
    type: indexable(sim.type),
    form_factor: storable(sim.formFactor),
    apn: storable(sim.apn),
    data_limit_megabytes: sim.dataLimitMegabytes,
    active_profile: storable(sim.activeProfile),
    downloaded_profiles: sim.downloadedProfiles.map(storable),
    has_data_limit_field: sim.hasDataLimitField,
    has_profiles_field: sim.hasProfilesField,
    state: sim.state,
    pending_state: sim.pendingState,
    is_transitioning: sim.isTransitioning,
    raw_state: storable(sim.rawState),
    legacy_primary: sim.legacyStatus?.primary ?? null,
    legacy_secondary: sim.legacyStatus?.secondary ?? null,
    last_network_activity_at: sim.lastNetworkActivityAt,
    last_modified_at: sim.lastModifiedAt,
    last_data_session_at: sim.lastDataSessionAt,
    usage_updated_at: sim.usageUpdatedAt,
    search: searchTextOf(sim),
    fingerprint: fingerprintOf(sim),
  };
}

/**
 * The columns of a row that hold usage and cost. `cost` is null if the SIM has no history in that month. It is undefined if it could not be
 * read; the columns are then cleared.
 */
export function costColumnsOf(sim: Sim, month: string, cost: SimCost | null | undefined) {
  return {
    cost_month: cost === undefined ? null : month,
    data_plan: storable(cost?.dataPlan ?? null),
    used_bytes: cost?.usedBytes ?? null,
    cost_amount: cost?.cost.amount ?? null,
    cost_currency: storable(cost?.cost.currency ?? null),
    cost_version: cost === undefined ? null : costVersionOf(sim),
  };
}

/** The cost in a month; undefined if the row does not hold that month, null if the SIM has no history in it. */
export function costOf(row: SimRow, month: string): SimCost | null | undefined {
  if (row.costMonth !== month) return undefined;
  const { iccid, dataPlan, usedBytes, costAmount, costCurrency } = row;
  if (usedBytes === null || costAmount === null || costCurrency === null) return null;
  return { iccid, month, dataPlan, usedBytes, cost: { amount: costAmount, currency: costCurrency } };
}

/** Prefix of the cost version of a SIM without usage times: it never used data, or the SIM API does not report them. */
export const noCostVersion = '  ';

/**
 * A SIM whose cost version is unchanged has used nothing since its cost was read. The state is part of it because the history begins with
 * the first state in use, but not while the SIM is still in transition to that state.
 */
export function costVersionOf({ lastDataSessionAt, usageUpdatedAt, state, isTransitioning }: Sim): string {
  const way = isTransitioning ? 'to ' : '';
  return `${lastDataSessionAt?.getTime() ?? ''} ${usageUpdatedAt?.getTime() ?? ''} ${way}${state}`;
}

/** Differs if any field of the SIM differs. */
export function fingerprintOf(sim: Sim): string {
  return createHash('sha1').update(JSON.stringify(sim)).digest('base64');
}

/** Converts a search term to the form of the `search` column. */
export function searchedFor(part: string): string {
  return foldCase(part.replaceAll(separator, '\ufffd'));
}

/** A database index entry holds about 2700 bytes. Only a malicious name or number has more than 255 characters. */
const maxCharacters = 255;

/** Converts a text that is sorted by to its stored form, cut to 255 characters. */
export function indexed(text: string): string {
  return [...storable(text.slice(0, 2 * maxCharacters))].slice(0, maxCharacters).join('');
}

function indexable(text: string | null): string | null {
  return text === null ? null : indexed(text);
}

function searchTextOf({ name, iccid, msisdn, imsi, imei, eid }: Sim): string {
  const parts = [name, iccid, msisdn, imsi, imei, eid].filter((part) => part !== null);
  return parts.map((part) => searchedFor(indexable(part) ?? '')).join(separator);
}

/** Replaces NUL characters and unpaired surrogates, which PostgreSQL does not store. */
function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd')) as T;
}
