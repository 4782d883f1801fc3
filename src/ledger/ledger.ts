import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
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

/** A change as it is asked for. */
export interface Asked {
  readonly action: RecordedAction;
  /** Values of the change as the audit log shows them: no SIMs, and no message text. */
  readonly arguments: object;
  /** Everything that makes it this change and no other; JSON. */
  readonly identity: unknown;
  /** The key among its arguments, where there is one. */
  readonly idempotencyKey?: string | null;
  /**
   * For a change that detaches its entry in the transaction that does it: the error while it is unclear whether that was committed.
   * Without it an unclear commit leaves the outcome of the entry UNKNOWN.
   */
  readonly unclear?: (entryId: string) => GatewayError;
}

/**
 * Does a change. `completion` is null if the entry was detached and goes on after the answer.
 * Errors: what the caller is answered, now and when the same key comes again.
 */
export type Run<T> = (
  entry: OpenEntry,
) => Promise<{ readonly value: T; readonly completion: Completion | null }>;

/** What a change is answered with: the value of this run, or the row of a change that answers for it. */
export type Recorded<T> = { readonly value: T } | { readonly stored: EntryRow };

/** Who makes a request, and under which id and key. */
export interface RequestOrigin {
  readonly caller: Caller;
  readonly requestId: string;
  /** The key of the whole request, from its header. */
  readonly idempotencyKey: string | null;
  /** Ends the wait for an answer that another request is still working for. */
  readonly signal?: AbortSignal | undefined;
}

/** The ledger, for one request. */
export interface RequestLedger {
  /**
   * Writes a change down, runs it, and writes down what came of it. A change that came before under the same key is not run again:
   * its row is given as soon as it has ended. Errors: those of the change; StoreUnavailable and LeaseLost before anything was sent;
   * IDEMPOTENCY_CONFLICT, BAD_USER_INPUT.
   */
  record<T>(asked: Asked, run: Run<T>): Promise<Recorded<T>>;
}

/** The ledger of one gateway: every change is a row before it is a request. */
export interface Ledger {
  forRequest(origin: RequestOrigin): RequestLedger;
  /**
   * Begins to settle what gateways that are gone left open: at once where this one `isAlone` and no other can be alive, else
   * when their leases have ended. Comes before the first change. Errors: StoreUnavailable.
   */
  start(isAlone: boolean): Promise<void>;
  /** Resolves when no change is under way. */
  idle(): Promise<void>;
  /** Gives up what is still under way, as if this gateway had died. Errors: StoreUnavailable; then another one will. */
  stop(): Promise<void>;
}

/** How long a caller waits for the outcome to be written down; the writer goes on after that. */
const writeTimeoutMs = 2000;
/** How often the entry of another gateway is read until it has ended. */
const pollMs = 200;

/** What a run gave, and how its entry ends; null if it goes on. */
type Result<T> = ({ readonly value: T } | { readonly error: unknown }) & {
  readonly completion: Completion | null;
};

/** A ledger. `leaseMs` is how long a gateway may be silent before another settles its changes. */
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
        log.error({ requestId, stack: error.stack }, 'the end of a change could not be written down');
        return 'UNWRITTEN';
      })
      .finally(() => running.delete(id));
    running.set(id, ending);
    const result = await work;
    const end = await within(writeTimeoutMs, ending, 'UNWRITTEN');
    // Another gateway took this one for dead: what that one wrote is what every caller is answered. Or this one has ended or detached
    // the entry before, and the answer of the database was lost.
    const stored = end === 'LOST' ? await ended(id).catch(nullIfUnreadable) : null;
    if (stored !== null && (open.answer !== null || stored.isDetached))
      return answered({ ...stored, answer: open.answer });
    if ('value' in result) return { value: result.value };
    const { error } = result;
    if (!(error instanceof CommitUnclear) || unclear === undefined) throw error;
    // An entry that is still known not to be detached tells that the transaction was rolled back.
    throw end === 'WRITTEN' || stored !== null ? new StoreUnavailable(error.detail) : unclear(id);
  }

  /** The row of an entry once it has ended or goes on by itself. Errors: OVERLOADED when `signal` aborts or the gateway stops. */
  async function ended(entryId: string, signal?: AbortSignal): Promise<EntryRow> {
    const gone = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    await Promise.race([running.get(entryId), gone]);
    for (;;) {
      if (signal?.aborted || stopping.signal.aborted)
        throw new GatewayError('OVERLOADED', { message: 'The change under this key has not ended yet.' });
      const row = await store.read(entryId);
      if (row.outcome !== 'OPEN' || row.isDetached) return row;
      await pause(pollMs);
    }
  }

  return {
    forRequest: ({ caller, requestId, idempotencyKey, signal }) => ({
      async record(asked, run) {
        const { action } = asked;
        const key = keyOf(idempotencyKey, asked.idempotencyKey, [action, asked.identity]);
        for (;;) {
          const entry = { id: randomUUID(), ...caller, action, arguments: asked.arguments, requestId };
          const known = await store.open(entry, key);
          if (known === null) return carryOut(entry, run, asked);
          if (known.fingerprint !== key?.fingerprint) throw new GatewayError('IDEMPOTENCY_CONFLICT');
          const row = await ended(known.entryId, signal);
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

/** Runs a change. Gives an error as a value, since its entry ends in any case. */
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

/** How a change ends that could not be carried out to its end. */
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

/** Null for an error that keeps an entry from being read. Errors: faults of ours. */
function nullIfUnreadable(error: unknown): null {
  if (gatewayErrorOf(error) === undefined) throw error;
  return null;
}

/** The row of a change that has ended. Errors: the one that the change was answered with. */
function answered(stored: EntryRow): { readonly stored: EntryRow } {
  const { answer } = stored;
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw deserializeError(answer.error as StoredError);
  return { stored };
}
