import type { ColumnType, Generated } from 'kysely';

/** What became of one SIM of a change, or how far it is. */
export type SimStatus = 'PENDING' | 'SENDING' | 'SUCCEEDED' | 'FAILED' | 'UNKNOWN' | 'NOT_SENT';

/** What became of a change as a whole; OPEN while it is under way. */
export type EntryOutcome = 'OPEN' | 'SUCCEEDED' | 'FAILED' | 'PARTIAL' | 'UNKNOWN';

/** A value that is written as JSON text and read as what it says. */
type Json = ColumnType<unknown, string, string>;

/** Whose a row is. Every table has it. */
interface Owned {
  /** Name of the upstream account. */
  readonly tenant: string;
  /** Subject of the caller. */
  readonly actor: string;
}

/** One change asked of the gateway. Finished once; after that the database refuses to alter it. */
interface AuditEntryTable extends Owned {
  readonly id: string;
  readonly at: Generated<Date>;
  readonly action: string;
  readonly arguments: Json;
  readonly simCount: Generated<number>;
  readonly outcome: Generated<EntryOutcome>;
  readonly errorCode: string | null;
  readonly requestId: string;
  readonly finishedAt: Date | null;
  /** The gateway that carries it out. */
  readonly owner: string;
  /** After this the owner is taken for dead, and any gateway may settle the entry. */
  readonly leaseUntil: Date;
}

/** One SIM of a change: a row before it is a request. */
interface ChangeSimTable extends Owned {
  readonly entryId: string;
  /** From 0, in the order in which the SIMs were named. */
  readonly position: number;
  /** Null where the caller named the SIM by another key and it could not be read. */
  readonly iccid: string | null;
  readonly status: SimStatus;
  /** Requests begun for it. */
  readonly attempts: Generated<number>;
  readonly error: Json | null;
  readonly sentAt: Date | null;
  readonly settledAt: Date | null;
}

/** A key under which a caller asked for a change, for 24 hours. */
interface IdempotencyKeyTable extends Owned {
  readonly key: string;
  /** Tells whether the same was asked. */
  readonly fingerprint: string;
  readonly entryId: string;
  /** What the answer is made of, beside the SIMs; null until it is known. */
  readonly answer: Json | null;
  readonly createdAt: Generated<Date>;
}

/** The gateway's own data. */
export interface Database {
  readonly auditEntry: AuditEntryTable;
  readonly changeSim: ChangeSimTable;
  readonly idempotencyKey: IdempotencyKeyTable;
}
