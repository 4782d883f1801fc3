import { iccidPattern } from './sim.wire.ts';
import { flagOf, iccidTextOf, instantOf, isRecord, textOf } from './value.wire.ts';

/** A raised alert, as configured by the account for its SIMs. */
export interface Alert {
  readonly id: string;
  /** Upstream text that describes the cause. */
  readonly trigger: string;
  readonly raisedAt: Date;
  readonly isRead: boolean;
  readonly iccid: string;
}

/** Decodes an alert; undefined without an ID, a time or an ICCID. Source: `/get_account_alerts`. */
export function decodeAlert(value: unknown): Alert | undefined {
  if (!isRecord(value)) return undefined;
  const id = textOf(value.id);
  const iccid = iccidTextOf(value.iccid);
  const raisedAt = instantOf(value.timestamp);
  if (id === null || iccid === null || !iccidPattern.test(iccid) || raisedAt === null) return undefined;
  return {
    id,
    trigger: textOf(value.trigger) ?? '',
    raisedAt,
    isRead: flagOf(value.is_read) ?? false,
    iccid,
  };
}
