import { readState, type StateReading } from '../sim-state.ts';
import { iccidTextOf, instantOf, isRecord, numberOf, type Raw, textOf, textsOf } from './value.wire.ts';

/** A SIM as the SIM API reports it. Source: docs/sim-api.md "SIM". */
export interface Sim extends StateReading {
  readonly iccid: string;
  /** On eUICC SIMs only. */
  readonly eid: string | null;
  readonly name: string | null;
  readonly groupName: string | null;
  readonly msisdn: string | null;
  readonly imsi: string | null;
  readonly imei: string | null;
  readonly type: string | null;
  readonly formFactor: string | null;
  readonly apn: string | null;
  /** In units of 1,000,000 bytes; null if there is no limit. */
  readonly dataLimitMegabytes: number | null;
  readonly activeProfile: string | null;
  readonly downloadedProfiles: readonly string[];
  /** Whether the SIM API sent a data limit; if not, a limit of null means unknown, not unlimited. */
  readonly hasDataLimitField: boolean;
  /** Whether the SIM API sent profiles; if not, an empty list means unknown, not none. */
  readonly hasProfilesField: boolean;
  readonly lastNetworkActivityAt: Date | null;
  readonly lastModifiedAt: Date | null;
  readonly lastDataSessionAt: Date | null;
  readonly usageUpdatedAt: Date | null;
}

/** An ICCID has 18 to 22 digits; 19 or 20 are usual. */
export const iccidPattern = /^\d{18,22}$/;
export const eidPattern = /^\d{32}$/;

/**
 * Decodes a SIM; undefined if no ICCID can be read, because nothing else identifies the SIM. Every other value may be missing, null, of
 * another type or unknown.
 */
export function decodeSim(value: unknown): Sim | undefined {
  if (!isRecord(value)) return undefined;
  const iccid = iccidTextOf(value.iccid);
  if (iccid === null || !iccidPattern.test(iccid)) return undefined;
  const eid = textOf(value.eid);
  const status = isRecord(value.status) ? value.status : noStatus;
  const reading = readState(textOf(value.state), textOf(status.primary), textOf(status.secondary));
  return {
    iccid,
    eid: eid !== null && eidPattern.test(eid) ? eid : null,
    name: textOf(value.name),
    groupName: textOf(value.group),
    msisdn: textOf(value.msisdn),
    imsi: textOf(value.imsi),
    imei: textOf(value.imei),
    type: textOf(value.type),
    formFactor: textOf(value.form),
    apn: textOf(value.apn),
    dataLimitMegabytes: limitOf(value.data_limit),
    activeProfile: textOf(value.active_profile),
    downloadedProfiles: textsOf(value.downloaded_profiles),
    hasDataLimitField: value.data_limit !== undefined,
    hasProfilesField: Array.isArray(value.downloaded_profiles),
    lastNetworkActivityAt: instantOf(value.lastNetworkActivityMillis),
    lastModifiedAt: instantOf(value.lastModifiedMillis),
    lastDataSessionAt: instantOf(value.lastDataSessionMillis),
    usageUpdatedAt: instantOf(value.lastUsageUpdate),
    state: reading.state,
    pendingState: reading.pendingState,
    isTransitioning: reading.isTransitioning,
    rawState: reading.rawState,
    legacyStatus: reading.legacyStatus,
  };
}

const noStatus: Raw = {};

const maxInt = 2_147_483_647;

/** A limit in whole megabytes, at least 1; null and 0 both mean no limit. */
function limitOf(value: unknown): number | null {
  const limit = numberOf(value);
  return limit === null || limit <= 0 ? null : Math.min(maxInt, Math.max(1, Math.round(limit)));
}
