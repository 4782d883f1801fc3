import { createHash } from 'node:crypto';
import type { LegacyPrimary, LegacySecondary, Sim, SimCost } from '../sim-api/index.ts';
import { foldCase } from './fold-case.ts';

/** What stands between the parts of the text that is searched, and in none of them that anybody searches for. */
const separator = '\u001f';

/** What a SIM used and cost in a month, as its row has it; no `usedBytes` where there is no history. */
interface KnownCost {
  /** The month that it tells of; null where nothing was read yet. */
  readonly costMonth: string | null;
  readonly dataPlan: string | null;
  readonly usedBytes: number | null;
  readonly costAmount: number | null;
  readonly costCurrency: string | null;
}

/** A row of the index as it is read. */
export interface SimRow extends Omit<Sim, 'legacyStatus'>, KnownCost {
  readonly legacyPrimary: LegacyPrimary | null;
  readonly legacySecondary: LegacySecondary | null;
  readonly usedPercent: number | null;
}

/** What the SIM API tells of a SIM, as columns of its row. */
export function columnsOf(sim: Sim) {
  return {
    iccid: sim.iccid,
    eid: sim.eid,
    name: indexable(sim.name),
    group_name: indexable(sim.groupName),
    msisdn: storable(sim.msisdn),
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
 * What was used and billed, as columns: null where there is no history of that month, undefined where nobody could be told it, and what
 * was known of another month counts no longer.
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

/** The SIM that a row tells of. */
export function simOf({
  legacyPrimary,
  legacySecondary,
  costMonth,
  dataPlan,
  usedBytes,
  costAmount,
  costCurrency,
  usedPercent,
  ...sim
}: SimRow): Sim {
  return { ...sim, legacyStatus: legacyPrimary && { primary: legacyPrimary, secondary: legacySecondary } };
}

/** What a row says of a month: undefined where it knows nothing of it, null where the SIM has no history in it. */
export function costOf(row: SimRow, month: string): SimCost | null | undefined {
  if (row.costMonth !== month) return undefined;
  const { iccid, dataPlan, usedBytes, costAmount, costCurrency } = row;
  if (usedBytes === null || costAmount === null || costCurrency === null) return null;
  return { iccid, month, dataPlan, usedBytes, cost: { amount: costAmount, currency: costCurrency } };
}

/** How the marks of a SIM begin that never used anything, or of which the SIM API does not tell. */
export const noCostVersion = '  ';

/**
 * As long as these stay as they are, nothing was used since the cost of a SIM was read. With its first state in use its history begins:
 * not yet while it is under way there.
 */
export function costVersionOf({ lastDataSessionAt, usageUpdatedAt, state, isTransitioning }: Sim): string {
  const way = isTransitioning ? 'to ' : '';
  return `${lastDataSessionAt?.getTime() ?? ''} ${usageUpdatedAt?.getTime() ?? ''} ${way}${state}`;
}

/** Differs where anything that the SIM API tells of a SIM does. */
export function fingerprintOf(sim: Sim): string {
  return createHash('sha1').update(JSON.stringify(sim)).digest('base64');
}

/** The form in which a part of a text is looked for. */
export function searchedFor(part: string): string {
  return foldCase(part.replaceAll(separator, '\ufffd'));
}

/** An entry of an index holds some 2700 bytes, and a name is no longer than this unless somebody means harm. */
const maxCharacters = 255;

/** The form in which names are kept: what is very long is cut. */
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

/** PostgreSQL keeps neither the character NUL nor half a character. */
function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd')) as T;
}
