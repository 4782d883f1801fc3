/** Public API of the store module: PostgreSQL (embedded or by URL), migrations, leases, leadership, the rate limiter. */
export { accountOf, accountsOf, openAccount } from './accounts.ts';
export type { BulkStatus, Database, EntryOutcome, SimStatus } from './database.ts';
export { openAdminToken } from './embedded/admin-token.ts';
export { StoreError } from './embedded/errors.ts';
export { createJobSignal, type JobSignal } from './job-signal.ts';
export { type Leadership, startLeadership } from './leadership.ts';
export { LeaseLost } from './lease-lost.ts';
export { createLocalSlots, createRateLimiter, createSharedSlots } from './rate-limiter.ts';
export { openStore, type Store, startDatabase } from './store.ts';
export { CommitUnclear, StoreUnavailable } from './store-unavailable.ts';
export { createTokenRows } from './token-rows.ts';
