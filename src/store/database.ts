import type { ColumnType, Generated } from 'kysely';

/** What became of one SIM of a change, or how far it is. */
export type SimStatus = 'PENDING' | 'SENDING' | 'SUCCEEDED' | 'FAILED' | 'UNKNOWN' | 'NOT_SENT';

/** What became of a change as a whole; OPEN while it is under way. */
export type EntryOutcome = 'OPEN' | 'SUCCEEDED' | 'FAILED' | 'PARTIAL' | 'UNKNOWN';

/** A value that is written as JSON text and read as what it says. */
type Json = ColumnType<unknown, string, string>;

/** Whose a row is. */
interface Owned {
  /** Name of the upstream account. */
  readonly tenant: string;
  /** Subject of the caller. */
  readonly actor: string;
}

/** One change asked of the gateway. Finished once; after that the database refuses to alter it. */
interface AuditEntryTable extends Owned {
  readonly id: string;
  /** The SIM API account that the change was made on: see `simApi.account` of the configuration. */
  readonly account: Generated<string>;
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
  readonly firstSentAt: Date | null;
  readonly recordedAt: Date | null;
  /** The chunk of a bulk operation that it belongs to; null for a mutation. */
  readonly chunk: number | null;
}

/** A key under which a caller asked for a change: for 24 hours, and as long as the change is under way. */
interface IdempotencyKeyTable extends Owned {
  /** The SIM API account for which it was used; another account may use the same key. */
  readonly account: Generated<string>;
  readonly key: string;
  /** Tells whether the same was asked. */
  readonly fingerprint: string;
  readonly entryId: string;
  /** What the answer is made of, beside the SIMs; null until it is known. */
  readonly answer: Json | null;
  readonly createdAt: Generated<Date>;
}

/** How far a bulk operation is. */
export type BulkStatus =
  | 'QUEUED'
  | 'RUNNING'
  | 'SETTLING'
  | 'COMPLETED'
  | 'COMPLETED_WITH_ERRORS'
  | 'CANCELED'
  | 'FAILED';

/** A change of very many SIMs, worked off in chunks. Its id is that of its entry in the audit log. */
interface BulkOperationTable extends Owned {
  readonly id: string;
  /** The SIM API account whose SIMs it changes. */
  readonly account: Generated<string>;
  readonly action: string;
  /** What is asked of each SIM; null once it has ended, for a message may say anything. */
  readonly change: Json | null;
  /** The target, where it is a group. */
  readonly groupName: string | null;
  readonly expectedCount: number | null;
  /** Whether SIMs are followed until they settle. */
  readonly waitsUntilSettled: boolean;
  readonly status: BulkStatus;
  /** SIMs of the target. */
  readonly total: number;
  /** Why it failed as a whole, or what it waits for. */
  readonly error: Json | null;
  readonly createdAt: Generated<Date>;
  /** When one of its chunks was taken last: operations take turns. */
  readonly servedAt: Generated<Date>;
  readonly canceledAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A SIM that the walk through a group has met, until all of them are known. */
interface BulkTargetTable extends Owned {
  readonly operationId: string;
  /** Its ICCID. */
  readonly ref: string;
  /** Where it stands among the others. */
  readonly position: number;
}

/** SIMs of a bulk operation that are worked on together, by one gateway at a time. */
interface BulkChunkTable extends Owned {
  readonly operationId: string;
  /** From 0; its SIMs have the positions from 1000 times this on. -1 stands for the walk through a group. */
  readonly number: number;
  readonly refs: string[];
  readonly status: Generated<'WAITING' | 'SETTLING' | 'DONE'>;
  /** Whether its SIMs are written down in change_sim. */
  readonly isExpanded: Generated<boolean>;
  /** Nobody need look at it before. */
  readonly dueAt: Generated<Date>;
  /** How often it was put off, or looked at, in a row. */
  readonly tries: Generated<number>;
  /** How often in a row some of its SIMs could not be read for an answer that made no sense. */
  readonly malformedReads: Generated<number>;
  /** Whoever works on it, until the lease ends; another one at each taking. */
  readonly leaseToken: string | null;
  /** The gateway whose hand that is. */
  readonly owner: string | null;
  readonly leaseUntil: Date | null;
  /** How far the walk through the group has come. */
  readonly nextOffset: Generated<number>;
  readonly sent: Generated<number>;
  readonly succeeded: Generated<number>;
  readonly failed: Generated<number>;
  readonly unknown: Generated<number>;
  readonly notSent: Generated<number>;
  /** Codes of its errors, each once. */
  readonly codes: Generated<string[]>;
  /** Positions of SIMs that are still under way. */
  readonly settling: Generated<number[]>;
  /** Those among them that were last seen settled elsewhere. */
  readonly divergedOnce: Generated<number[]>;
}

/** When the next call of a bulk operation may go out, for all gateways. */
interface UpstreamPaceTable {
  readonly tenant: string;
  readonly nextAt: Date;
}

/** Another name of a SIM API account. No account is an alias of an alias. */
interface AccountAliasTable {
  readonly alias: string;
  readonly account: string;
  readonly madeAt: Generated<Date>;
}

/** The gateway's own data. */
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
