import type { ColumnType, Generated } from 'kysely';

/** Progress or outcome of one SIM of a change. */
export type SimStatus = 'PENDING' | 'SENDING' | 'SUCCEEDED' | 'FAILED' | 'UNKNOWN' | 'NOT_SENT';

/** Outcome of a change as a whole; OPEN while it is in progress. */
export type EntryOutcome = 'OPEN' | 'SUCCEEDED' | 'FAILED' | 'PARTIAL' | 'UNKNOWN';

/** A `jsonb` column: inserted as JSON text, selected as the parsed value. */
type Json = ColumnType<unknown, string, string>;

interface Owned {
  /** On whose behalf the change is made; `default` until callers authenticate. */
  readonly tenant: string;
  /** By whom the change is made; `anonymous` until callers authenticate. */
  readonly actor: string;
}

/** One requested change. It is finished once; after that the database refuses updates. */
interface AuditEntryTable extends Owned {
  readonly id: string;
  /** The SIM API account of the change: see `simApi.account` of the configuration. */
  readonly account: Generated<string>;
  readonly at: Generated<Date>;
  readonly action: string;
  readonly arguments: Json;
  readonly simCount: Generated<number>;
  readonly outcome: Generated<EntryOutcome>;
  readonly errorCode: string | null;
  readonly requestId: string;
  readonly finishedAt: Date | null;
  /** The gateway that performs the change. */
  readonly owner: string;
  /** After this time the owner counts as dead, and any gateway may recover the entry. */
  readonly leaseUntil: Date;
}

/** One SIM of a change. The row is written before the request is sent. */
interface ChangeSimTable extends Owned {
  readonly entryId: string;
  /** From 0, in the order of the caller's list. */
  readonly position: number;
  /** Null if the caller named the SIM by another key and it could not be read. */
  readonly iccid: string | null;
  readonly status: SimStatus;
  /** Number of started requests. */
  readonly attempts: Generated<number>;
  readonly error: Json | null;
  readonly firstSentAt: Date | null;
  readonly recordedAt: Date | null;
  /** Number of its chunk in a bulk operation; null for a mutation. */
  readonly chunk: number | null;
}

/** Idempotency key of a change. Valid for 24 hours, and while the change is in progress. */
interface IdempotencyKeyTable extends Owned {
  /** The SIM API account that the key belongs to; another account may use the same key. */
  readonly account: Generated<string>;
  readonly key: string;
  /** Hash of the request; a repeated request must have the same one. */
  readonly fingerprint: string;
  readonly entryId: string;
  /** Data of the answer apart from the SIMs; null until it is known. */
  readonly answer: Json | null;
  readonly createdAt: Generated<Date>;
}

export type BulkStatus =
  | 'QUEUED'
  | 'RUNNING'
  | 'SETTLING'
  | 'COMPLETED'
  | 'COMPLETED_WITH_ERRORS'
  | 'CANCELED'
  | 'FAILED';

/** A change of many SIMs, processed in chunks. Its id is the id of its audit entry. */
interface BulkOperationTable extends Owned {
  readonly id: string;
  /** The SIM API account whose SIMs it changes. */
  readonly account: Generated<string>;
  readonly action: string;
  /** The change of each SIM; null once the operation has ended, because the text of an SMS may be confidential. */
  readonly change: Json | null;
  /** The group, if the target is one. */
  readonly groupName: string | null;
  readonly expectedCount: number | null;
  /** The groups that its caller was limited to; null: all SIMs. */
  readonly onlyGroups: readonly string[] | null;
  /** Whether SIMs are polled until their transition has ended. */
  readonly waitsUntilSettled: boolean;
  readonly status: BulkStatus;
  /** Number of SIMs of the target. */
  readonly total: number;
  /** The error that it failed with as a whole, or that it waits for. */
  readonly error: Json | null;
  readonly createdAt: Generated<Date>;
  /** Time at which one of its chunks was last leased. The operation with the earliest time comes next. */
  readonly servedAt: Generated<Date>;
  readonly canceledAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A SIM found while a group is enumerated; deleted when the enumeration has finished. */
interface BulkTargetTable extends Owned {
  readonly operationId: string;
  /** ICCID. */
  readonly ref: string;
  readonly position: number;
}

/** SIMs of a bulk operation that are processed together. At most one gateway holds the lease of a chunk. */
interface BulkChunkTable extends Owned {
  readonly operationId: string;
  /** From 0; its SIMs have the positions from 1000 × number. -1: the enumeration of a group. */
  readonly number: number;
  readonly refs: string[];
  readonly status: Generated<'WAITING' | 'SETTLING' | 'DONE'>;
  /** Whether its SIMs have rows in change_sim. */
  readonly isExpanded: Generated<boolean>;
  /** Earliest time of the next attempt or poll. */
  readonly dueAt: Generated<Date>;
  /** Number of consecutive times that the chunk was rescheduled or polled. */
  readonly tries: Generated<number>;
  /** Number of consecutive turns in which reads were malformed, or unanswered while other SIMs could be read. */
  readonly malformedReads: Generated<number>;
  /** Fencing token of the present lease; a new one each time the chunk is leased. */
  readonly leaseToken: string | null;
  /** The gateway that holds the lease. */
  readonly owner: string | null;
  readonly leaseUntil: Date | null;
  /** Offset at which the enumeration of the group continues; when named SIMs are counted, the number of the next chunk. */
  readonly nextOffset: Generated<number>;
  readonly sent: Generated<number>;
  readonly succeeded: Generated<number>;
  readonly failed: Generated<number>;
  readonly unknown: Generated<number>;
  readonly notSent: Generated<number>;
  /** Distinct codes of its errors. */
  readonly codes: Generated<string[]>;
  /** Positions of SIMs whose transition has not ended. */
  readonly settling: Generated<number[]>;
  /** Positions among them of SIMs last seen settled in another state, once for each consecutive poll that saw it. */
  readonly divergedOnce: Generated<number[]>;
}

/** Time of the next free slot for a call of a bulk operation, over all gateways. */
interface UpstreamPaceTable {
  readonly tenant: string;
  readonly nextAt: Date;
}

/** Another name of a SIM API account. Aliases are one level deep: `account` is never an alias itself. */
interface AccountAliasTable {
  readonly alias: string;
  readonly account: string;
  readonly madeAt: Generated<Date>;
}

/** Tables that the gateway reads and writes with typed SQL. */
export interface Database {
  readonly auditEntry: AuditEntryTable;
  readonly changeSim: ChangeSimTable;
  readonly idempotencyKey: IdempotencyKeyTable;
  readonly bulkOperation: BulkOperationTable;
  readonly bulkTarget: BulkTargetTable;
  readonly bulkChunk: BulkChunkTable;
  readonly upstreamPace: UpstreamPaceTable;
  readonly accountAlias: AccountAliasTable;
}
