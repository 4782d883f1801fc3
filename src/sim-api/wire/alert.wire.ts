import { iccidPattern } from './sim.wire.ts';
import { flagOf, iccidTextOf, instantOf, isRecord, textOf } from './value.wire.ts';

/** A raised alert, as configured by the account for its SIMs. */
export interface Alert {
  readonly id: string;
  /** Upstream text that describes the cause. */
  readonly trigger: string;
  readonly raisedAt: Date;
  readonly isRead: boolean;
  /** Null if the SIM API names no SIM. */
  readonly iccid: string | null;
}

/** Decodes an alert; undefined without an ID or a time. Source: `/get_account_alerts`. */
export function decodeAlert(value: unknown): Alert | undefined {
  if (!isRecord(value)) return undefined;
  const id = textOf(value.id);
  const iccid = iccidTextOf(value.iccid);
  const raisedAt = instantOf(value.timestamp);
  if (id === null || raisedAt === null) return undefined;
  return {
    id,
    trigger: textOf(value.trigger) ?? '',
    raisedAt,
    isRead: flagOf(value.is_read) ?? false,
    iccid: iccid !== null && iccidPattern.test(iccid) ? iccid : null,
  };
}
