/** Public interface of the ledger, the record of every change: audit entries, rows of SIMs, idempotency, recovery, retention. */
export { type AuditFilter, type AuditStore, createAuditStore } from './audit.store.ts';
export {
  claimSims,
  insertChunkSims,
  recordOutcomes,
  releaseClaims,
  setStatus,
} from './change-sims.store.ts';
export { addToSimCount, complete, detach, setSimCount } from './detached-entry.store.ts';
export {
  type AuditRow,
  type Completion,
  type EntryRow,
  type NewEntry,
  type RecordedAction,
  recordedActions,
} from './entry.ts';
export { EntryWriter } from './entry-writer.ts';
export { isKey, keyRule } from './idempotency-key.ts';
export { startHeartbeat } from './lease-keeper.ts';
export { createLedgerStore } from './ledger.store.ts';
export { createLedger, type Ledger, type RequestLedger, type RequestOrigin } from './ledger.ts';
export type { OpenEntry } from './open-entry.ts';
export {
  type ChangeEntry,
  claimedInTime,
  completionOf,
  failed,
  notSent,
  type Outcome,
  succeeded,
  unknown,
} from './outcome.ts';
export type { FindEffect } from './recovery.ts';
export { startRetention } from './retention.worker.ts';
