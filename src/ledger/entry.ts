import type { ErrorCode, StoredError } from '../errors/index.ts';
import { simActions } from '../sim-api/index.ts';
import type { EntryOutcome, SimStatus } from '../store/index.ts';

/** What can be asked of the gateway that changes anything: every action on SIMs, and what names no SIM. */
export const recordedActions = [
  ...simActions,
  'MARK_ALERTS_READ',
  'START_BULK_OPERATION',
  'CANCEL_BULK_OPERATION',
] as const;
export type RecordedAction = (typeof recordedActions)[number];

/** On whose account a change is made, and by whom. */
export interface Caller {
  /** Name of the upstream account. */
  readonly tenant: string;
  /** Subject of the credentials. */
  readonly actor: string;
}

/** An entry before it is begun. */
export interface NewEntry extends Caller {
  readonly id: string;
  readonly action: string;
  /** Values of the change, SIMs left out and a message text too. */
  readonly arguments: object;
  readonly requestId: string;
}

/** A key that a caller chose, and what it was chosen for. */
export interface NewKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** An entry as it is stored. */
export interface EntryRow {
  readonly id: string;
  readonly outcome: EntryOutcome;
  /** Whether it goes on by itself, with no request that waits for it. */
  readonly isDetached: boolean;
  /** Whether its key still stands for it. */
  readonly hasKey: boolean;
  readonly answer: unknown;
  /** In order of their positions; empty while the entry is open. */
  readonly sims: readonly { iccid: string | null; status: SimStatus; error: StoredError | null }[];
}

/** An entry as the audit log shows it. */
export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: RecordedAction;
  readonly simCount: number;
  /** JSON. */
  readonly arguments: string;
  readonly outcome: EntryOutcome;
  readonly errorCode: ErrorCode | null;
  readonly requestId: string;
}

/** How an entry ends. */
export interface Completion {
  readonly outcome: Exclude<EntryOutcome, 'OPEN'>;
  readonly errorCode: string | null;
  /** What a repetition is answered beside the SIMs; left as it is where it is undefined. */
  readonly answer?: unknown;
  /** True where it ended before its time: SIMs that are not settled yet are closed. */
  readonly closesUnresolved?: boolean;
  /** True if surely nothing was sent and every error passes or can be put right: the caller may ask again under the same key. */
  readonly freesKey?: boolean;
}

/** An entry whose gateway is gone. */
export interface AbandonedEntry {
  readonly id: string;
  readonly action: string;
  readonly arguments: unknown;
  readonly requestId: string;
}
