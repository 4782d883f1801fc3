import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cancellation } from '../base/cancellation.ts';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import {
  deserializeError,
  GatewayError,
  gatewayErrorOf,
  type StoredError,
  serializeError,
} from '../errors/index.ts';
import { CommitUnclear, StoreUnavailable } from '../store/index.ts';
import type { Caller, Completion, EntryRow, NewEntry, RecordedAction } from './entry.ts';
import { type EntryEnd, EntryWriter } from './entry-writer.ts';
import { keyOf } from './idempotency-key.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import type { LedgerStore } from './ledger.store.ts';
import { OpenEntry } from './open-entry.ts';
import type { FindEffect } from './recovery.ts';

export interface Asked {
  readonly action: RecordedAction;
  /** Values of the change as the audit log shows them, without the SIMs and without a message text. */
  readonly arguments: object;
  /** All values that identify the change, such as its SIMs, as JSON; the source of the fingerprint. */
  readonly identity: unknown;
  /** The idempotency key in its arguments, if any. */
  readonly idempotencyKey?: string | null;
  /**
   * For a change that detaches its entry in its own transaction: returns the error to throw if the commit is unclear. Without this function
   * an unclear commit gives the entry the outcome UNKNOWN.
   */
  readonly unclear?: (entryId: string) => GatewayError;
}

/**
 * Carries out a change. `completion` is null if the entry was detached and stays open after the answer.
 * Errors: the answer to the caller, now and in a replay.
 */
export type Run<T> = (
  entry: OpenEntry,
) => Promise<{ readonly value: T; readonly completion: Completion | null }>;

/** The answer to a change: the value of this run, or the row of an entry whose answer is replayed. */
export type Recorded<T> = { readonly value: T } | { readonly stored: EntryRow };

export interface RequestOrigin {
  readonly caller: Caller;
  readonly requestId: string;
  /** The idempotency key from the request header. */
  readonly idempotencyKey: string | null;
  /** Ends the wait for an entry that another request still works on. */
  readonly cancellation?: Cancellation | undefined;
}

export interface RequestLedger {
  /**
   * Opens an entry for a change, runs the change, and records its outcome. A change whose key was used before is not run again: its row is
   * returned once it has ended or is detached. Errors: those of the change; StoreUnavailable and LeaseLost before anything was sent;
   * IDEMPOTENCY_CONFLICT, BAD_USER_INPUT, OVERLOADED.
   */
  record<T>(asked: Asked, run: Run<T>): Promise<Recorded<T>>;
}

/** The ledger of one gateway: every change is recorded before the first call of the change is sent. */
export interface Ledger {
  forRequest(origin: RequestOrigin): RequestLedger;
  /**
   * Starts the recovery of entries whose gateways are gone: at once if this gateway `isAlone`, so that no other can be alive; otherwise
   * when their leases have expired. Must be called before the first change. Errors: StoreUnavailable.
   */
  start(isAlone: boolean): Promise<void>;
  /** Resolves when no change is in flight. */
  idle(): Promise<void>;
  /** Ends the entries of changes in flight, as if this gateway had died. Errors: StoreUnavailable; then another gateway ends them. */
  stop(): Promise<void>;
}

/** How long a caller waits until the completion is written; the writer continues after that. */
const writeTimeoutMs = 2000;
/** Interval at which the open entry of another gateway is read. */
const pollMs = 200;

/** The result of a run and the completion of its entry; null if the entry was detached. */
type Result<T> = ({ readonly value: T } | { readonly error: unknown }) & {
  readonly completion: Completion | null;
};

/** Creates a ledger. `leaseMs` is the duration of a lease: other gateways may take over an entry that is not renewed in this time. */
export function createLedger(store: LedgerStore, leaseMs: number, findEffect: FindEffect, log: Log): Ledger {
  const stopping = new AbortController();
  const running = new Map<string, Promise<unknown>>();
  const leaseKeeper = createLeaseKeeper(store, leaseMs, running, findEffect, log);

  async function carryOut<T>(entry: NewEntry, run: Run<T>, { unclear }: Asked): Promise<Recorded<T>> {
    const { id, requestId } = entry;
    const writer = new EntryWriter(
      id,
      (outcomes, completion) => store.recordOutcomes(id, outcomes, completion),
      stopping.signal,
      log,
    );
    const open = new OpenEntry(store, entry, writer);
    const work = resultOf(open, run, unclear === undefined);
    const ending = work
      .then(({ completion }) => (completion === null ? 'WRITTEN' : writer.end(completion)))
      .catch((error: Error): EntryEnd => {
        log.error({ requestId, stack: error.stack }, 'the completion of a change could not be recorded');
        return 'UNWRITTEN';
      })
      .finally(() => running.delete(id));
    running.set(id, ending);
    const result = await work;
    const end = await within(writeTimeoutMs, ending, 'UNWRITTEN');
    // LOST: another gateway has taken the entry over, and every caller gets the outcomes that it recorded. Or this gateway has ended or
    // detached the entry, and the answer of the database was lost.
    const stored = end === 'LOST' ? await ended(id).catch(nullIfUnreadable) : null;
    if (stored !== null && (open.answer !== null || stored.isDetached))
      return answered({ ...stored, answer: open.answer });
    if ('value' in result) return { value: result.value };
    const { error } = result;
    if (!(error instanceof CommitUnclear) || unclear === undefined) throw error;
    // If the entry is known not to be detached, the transaction was rolled back.
    throw end === 'WRITTEN' || stored !== null ? new StoreUnavailable(error.detail) : unclear(id);
  }

  /** Waits until an entry has ended or is detached. Errors: OVERLOADED if the request is cancelled or the gateway stops. */
  async function ended(entryId: string, cancellation?: Cancellation): Promise<EntryRow> {
    const gone = new Promise<void>((resolve) => cancellation?.subscribe(resolve));
    await Promise.race([running.get(entryId), gone]);
    for (;;) {
      if (cancellation?.isCancelled || stopping.signal.aborted)
        throw new GatewayError('OVERLOADED', { message: 'The change with this key has not ended yet.' });
      const row = await store.read(entryId);
      if (row.outcome !== 'OPEN' || row.isDetached) return row;
      await pause(pollMs);
    }
  }

  return {
    forRequest: ({ caller, requestId, idempotencyKey, cancellation }) => ({
      async record(asked, run) {
        const { action } = asked;
        const key = keyOf(idempotencyKey, asked.idempotencyKey, [action, asked.identity]);
        for (;;) {
          const entry = { id: randomUUID(), ...caller, action, arguments: asked.arguments, requestId };
          const known = await store.open(entry, key);
          if (known === null) return carryOut(entry, run, asked);
          if (known.fingerprint !== key?.fingerprint) throw new GatewayError('IDEMPOTENCY_CONFLICT');
          const row = await ended(known.entryId, cancellation);
          if (row.hasKey) return answered(row);
        }
      },
    }),

    start: (isAlone) => leaseKeeper.start(isAlone),

    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },

    async stop() {
      stopping.abort();
      await leaseKeeper.stop();
    },
  };
}

/** Runs a change. Returns an error as a value, since the entry ends in any case. */
async function resultOf<T>(open: OpenEntry, run: Run<T>, isUnclearUnknown: boolean): Promise<Result<T>> {
  try {
    const { value, completion } = await run(open);
    return {
      value,
      completion: completion && { ...completion, freesKey: open.mayRepeat(open.errors()) },
    };
  } catch (error) {
    return { error, completion: completionOfFailure(error, open, isUnclearUnknown) };
  }
}

function completionOfFailure(error: unknown, open: OpenEntry, isUnclearUnknown: boolean): Completion {
  const known = gatewayErrorOf(error) ?? new GatewayError('INTERNAL_SERVER_ERROR');
  const isUnclear = error instanceof CommitUnclear && isUnclearUnknown;
  return {
    outcome: open.mayHaveSent || isUnclear ? 'UNKNOWN' : 'FAILED',
    errorCode: known.code,
    answer: { error: serializeError(known) },
    closesUnresolved: true,
    freesKey: open.mayRepeat([known]),
  };
}

/** Null if an entry could not be read. Errors: internal faults only. */
function nullIfUnreadable(error: unknown): null {
  if (gatewayErrorOf(error) === undefined) throw error;
  return null;
}

/** Replays the answer of an entry. Errors: the error that the change was answered with. */
function answered(stored: EntryRow): { readonly stored: EntryRow } {
  const { answer } = stored;
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw deserializeError(answer.error as StoredError);
  return { stored };
}
