import type { ErrorCode, StoredError } from '../errors/index.ts';
import { simActions } from '../sim-api/index.ts';
import type { EntryOutcome, SimStatus } from '../store/index.ts';

/** The actions of audit entries: every action on SIMs, the other mutations, and the management of API keys. */
export const recordedActions = [
  ...simActions,
  'MARK_ALERTS_READ',
  'START_BULK_OPERATION',
  'CANCEL_BULK_OPERATION',
  'CREATE_API_KEY',
  'ROTATE_API_KEY',
  'REVOKE_API_KEY',
] as const;
export type RecordedAction = (typeof recordedActions)[number];

export interface Caller {
  /** Name of the upstream account. */
  readonly tenant: string;
  /** Subject of the credentials. */
  readonly actor: string;
}

export interface NewEntry extends Caller {
  readonly id: string;
  readonly action: string;
  /** Values of the change, without the SIMs and without a message text. */
  readonly arguments: object;
  readonly requestId: string;
}

/** An idempotency key, and the fingerprint of the change that the caller uses it for. */
export interface NewKey {
  readonly key: string;
  readonly fingerprint: string;
}

export interface EntryRow {
  readonly id: string;
  readonly outcome: EntryOutcome;
  /** Whether the entry belongs to a bulk operation, which continues without the request that started it. */
  readonly isDetached: boolean;
  /** Whether an idempotency key still points to it. */
  readonly hasKey: boolean;
  readonly answer: unknown;
  /** Ordered by position; empty while the entry is open or detached. */
  readonly sims: readonly { iccid: string | null; status: SimStatus; error: StoredError | null }[];
}

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

export interface Completion {
  readonly outcome: Exclude<EntryOutcome, 'OPEN'>;
  readonly errorCode: string | null;
  /** The answer of a replay, apart from the SIMs; undefined leaves the stored answer unchanged. */
  readonly answer?: unknown;
  /** True if the change failed before all SIMs had an outcome: the rest is closed as NOT_SENT or UNKNOWN. */
  readonly closesUnresolved?: boolean;
  /** True if surely nothing was sent and every error is temporary or can be fixed: the caller may retry with the same key. */
  readonly freesKey?: boolean;
}

/** An entry whose gateway is gone. */
export interface AbandonedEntry {
  readonly id: string;
  readonly action: string;
  readonly arguments: unknown;
  readonly requestId: string;
}
