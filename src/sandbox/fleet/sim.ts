/** Where a SIM stands once nothing is under way; OFF and SUSPENDED are both shown as OFFLINE. */
export type Status = 'LIVE' | 'TEST' | 'ACTIVE_READY' | 'OFF' | 'SUSPENDED' | 'SHIPPING' | 'CLOSED';

/** A stretch of time in one standing; it ends where the next one begins. */
export interface StatusPeriod {
  readonly from: number;
  readonly status: Status;
}

/** A change of standing under way. */
export interface Transition {
  readonly target: Status;
  readonly dueAt: number;
}

/** How much and how often the device behind a SIM sends. */
export interface Habit {
  /** One session falls into each slot of this length, counted from `anchorAt`. */
  readonly slotMs: number;
  readonly anchorAt: number;
  /** No session carries more than this. */
  readonly maxSessionBytes: number;
  /** Bytes of one session in the first millisecond of each month, whatever the standing; 0: none. */
  readonly monthlyBytes: number;
}

/** The error codes that have a SIM of their own, on which they can be met on purpose. */
export type SpecialCode =
  | 'E000'
  | 'E003'
  | 'E101'
  | 'E103'
  | 'E201'
  | 'E202'
  | 'E203'
  | 'E210'
  | 'E211'
  | 'E240';

/** Fields that replace or join those that the SIM API tells of a SIM, and fields it is silent about. */
interface WirePatch {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly removed: readonly string[];
}

/** A SIM with all that was ever done to it. All instants are in the world's clock, in milliseconds. */
export interface Sim {
  /** Its place in the fleet, from 0. */
  readonly number: number;
  /** What all that looks random about this SIM is worked out from. */
  readonly root: number;
  readonly iccid: string;
  /** Null on a plain SIM. */
  readonly eid: string | null;
  readonly type: string;
  readonly form: string;
  readonly msisdn: string;
  readonly imsi: string;
  /** Null where no device was ever seen. */
  readonly imei: string | null;
  readonly apn: string;
  readonly dataPlan: string;
  /** Index of the network it is mostly seen on. */
  readonly home: number;
  readonly habit: Habit;
  /** Whether alerts of all kinds are raised for it; a data limit reached is told of every SIM. */
  readonly watched: boolean;
  /** Null on all but a handful. */
  readonly special: SpecialCode | null;
  name: string | null;
  /** Null where it is in no group. */
  group: string | null;
  /** Null or 0: no limit. */
  limitMegabytes: number | null;
  /** Whether this SIM can use enough to reach its limit; those that cannot are not reckoned. */
  limitMayBite: boolean;
  activeProfile: string | null;
  downloadedProfiles: readonly string[];
  /** Oldest first, never empty. */
  history: StatusPeriod[];
  transition: Transition | null;
  modifiedAt: number;
  /** 0 where it never was. */
  resetAt: number;
  /** Up to here the data limit has been reckoned with. */
  reckonedTo: number;
  limitReachedAt: readonly number[];
  patch: WirePatch | null;
}

/** Gives the standing of a SIM, a change under way left aside. */
export function simStatusOf(sim: Sim): Status {
  return sim.history.at(-1)?.status ?? 'SHIPPING';
}

/** Tells whether data flows in a standing. */
export function carriesData(status: Status): boolean {
  return status === 'LIVE' || status === 'TEST';
}

/** Gives when a SIM was first put to use; null where it never was. */
export function firstUsedAt(sim: Sim): number | null {
  return sim.history.find((period) => period.status !== 'SHIPPING')?.from ?? null;
}
