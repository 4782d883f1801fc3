/** The status of a SIM without its transition; the SIM API shows OFF and SUSPENDED both as OFFLINE. */
export type Status = 'LIVE' | 'TEST' | 'ACTIVE_READY' | 'OFF' | 'SUSPENDED' | 'SHIPPING' | 'CLOSED';

/** A period of time in one status; it ends when the next one begins. */
export interface StatusPeriod {
  readonly from: number;
  readonly status: Status;
}

/** A change of status in progress. */
export interface Transition {
  readonly target: Status;
  readonly dueAt: number;
}

/** How much and how often the device of a SIM sends data. */
export interface Habit {
  /** One session begins in each slot of this length, counted from `anchorAt`. */
  readonly slotMs: number;
  readonly anchorAt: number;
  readonly maxSessionBytes: number;
  /** Bytes of a session in the first millisecond of each month, in every status; 0: no such session. */
  readonly monthlyBytes: number;
  /** Null if the device sends data as long as the SIM's status allows it. */
  readonly dataStop: DataStop | null;
}

/** A device that sends no data any more, although the status of its SIM is unchanged. */
export interface DataStop {
  /** No session begins from this instant on. */
  readonly from: number;
  /** `deviceOff`: the device has left the network too. `otherDevice`: the SIM is in another device, which is on the network without data. */
  readonly cause: 'deviceOff' | 'otherDevice';
}

/** The error codes that have a special SIM. */
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

/** Wire fields of a SIM that a test sets, and those that it leaves out. */
interface WirePatch {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly removed: readonly string[];
}

/** A SIM with its history. All instants are times of the world's clock, in milliseconds. */
export interface Sim {
  /** Its number in the fleet, from 0. */
  readonly number: number;
  /** The seed of everything that looks random about this SIM. */
  readonly root: number;
  readonly iccid: string;
  /** Null if the SIM is not an eSIM. */
  readonly eid: string | null;
  readonly type: string;
  readonly form: string;
  readonly msisdn: string;
  readonly imsi: string;
  /** Null if no device was ever seen. */
  readonly imei: string | null;
  readonly apn: string;
  readonly dataPlan: string;
  /** Index of the network that it uses most, modulo the number of networks. */
  readonly home: number;
  readonly habit: Habit;
  /** Whether alerts of all kinds are raised for it; every SIM has alerts for a reached data limit. */
  readonly watched: boolean;
  /** Null for all but the special SIMs. */
  readonly special: SpecialCode | null;
  name: string | null;
  /** Null if it is in no group. */
  group: string | null;
  /** Null or 0: no limit. */
  limitMegabytes: number | null;
  /** Whether this SIM can use enough to reach its limit; if not, the limit is not evaluated. */
  canReachLimit: boolean;
  activeProfile: string | null;
  downloadedProfiles: readonly string[];
  /** Oldest first, never empty. */
  history: StatusPeriod[];
  transition: Transition | null;
  modifiedAt: number;
  /** 0 if it was never reset. */
  resetAt: number;
  /** The data limit is evaluated up to this instant. */
  computedTo: number;
  limitReachedAt: readonly number[];
  patch: WirePatch | null;
}

/** The status of a SIM without its transition. */
export function simStatusOf(sim: Sim): Status {
  return sim.history.at(-1)?.status ?? 'SHIPPING';
}

export function carriesData(status: Status): boolean {
  return status === 'LIVE' || status === 'TEST';
}

/** When a SIM was first used; null if it never was. */
export function firstUsedAt(sim: Sim): number | null {
  return sim.history.find((period) => period.status !== 'SHIPPING')?.from ?? null;
}
