import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import { GatewayError, gatewayErrorOf } from '../errors/gateway-error.ts';
import { deserializeError, type StoredError, serializeError } from '../errors/stored-error.ts';
import { CommitUnclear, StoreUnavailable } from '../store/store-unavailable.ts';
import type { Caller, Completion, EntryRow, NewEntry, RecordedAction } from './entry.ts';
import { EntryWriter } from './entry-writer.ts';
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
}

/** How one kind of change is done, and told again. */
export interface Recorded<T> {
  /**
   * Does it. `completion` is null where the entry was handed over and goes on after the answer.
   * Errors: what the caller is answered, now and when the same key comes again.
   */
  readonly run: (entry: OpenEntry) => Promise<{ readonly value: T; readonly completion: Completion | null }>;
  /** The value of a change that was done before. */
  readonly replay: (kept: EntryRow) => T;
  /**
   * For a change that hands its entry over in the transaction that does it: the answer while it is unclear whether that was committed.
   * Without it an unclear commit leaves the outcome of the entry UNKNOWN.
   */
  readonly unclear?: (entryId: string) => GatewayError;
}

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
   * Writes a change down, has it done, and writes down what came of it. A change that came before under the same key is not
   * done but told again, as soon as it has ended. Errors: those of the change; StoreUnavailable before anything was sent;
   * IDEMPOTENCY_CONFLICT, BAD_USER_INPUT.
   */
  record<T>(asked: Asked, recorded: Recorded<T>): Promise<T>;
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

/** A caller waits so long for the outcome to be written down; it goes on being tried after that. */
const writePatienceMs = 2000;
/** How often another gateway is asked for the end of a change. */
const lookAgainMs = 200;

/** A ledger. `leaseMs` is how long a gateway may be silent before another settles its changes. */
export function createLedger(store: LedgerStore, leaseMs: number, findEffect: FindEffect, log: Log): Ledger {
  const stopping = new AbortController();
  const running = new Map<string, Promise<unknown>>();
  const leaseKeeper = createLeaseKeeper(store, leaseMs, running, findEffect, log);

  async function carryOut<T>(entry: NewEntry, recorded: Recorded<T>): Promise<T> {
    const { id, requestId } = entry;
    const writer = new EntryWriter(
      id,
      (outcomes, end) => store.settle(id, outcomes, end),
      stopping.signal,
      log,
    );
    const open = new OpenEntry(store, entry, writer);
    const work = recorded.run(open).then(
      ({ value, completion }) => ({
        completion: completion && { ...completion, freesKey: open.mayRepeat(open.errors()) },
        tell: () => value,
      }),
      (error: unknown) => ({
        completion: completionOfFailure(error, open, recorded.unclear === undefined),
        tell: (isWritten: boolean) => {
          if (!(error instanceof CommitUnclear) || recorded.unclear === undefined) throw error;
          // What was written says that the entry was not handed over: the transaction was rolled back.
          throw isWritten ? new StoreUnavailable(error.detail) : recorded.unclear(id);
        },
      }),
    );
    const written = work
      .then(({ completion }) => completion === null || writer.end(completion))
      .catch((error: Error) => {
        log.error({ requestId, stack: error.stack }, 'the end of a change could not be written down');
        return null;
      })
      .finally(() => running.delete(id));
    running.set(id, written);
    const { tell } = await work;
    const isOwn = await within(writePatienceMs, written, null);
    if (isOwn !== false) return tell(isOwn === true);
    // Another gateway took this one for dead: what that one wrote is what everybody is told. Or this one has ended it or handed it
    // over before, and the word of that was lost.
    const kept = await ended(id).catch(unlessUnexpected);
    if (kept === null) return tell(false);
    if (open.answer === null && !kept.isDetached) return tell(true);
    return retell({ ...kept, answer: open.answer }, recorded);
  }

  async function ended(entryId: string, signal?: AbortSignal): Promise<EntryRow> {
    const gone = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    await Promise.race([running.get(entryId), gone]);
    for (;;) {
      if (signal?.aborted || stopping.signal.aborted)
        throw new GatewayError('OVERLOADED', { message: 'The change under this key has not ended yet.' });
      const kept = await store.read(entryId);
      if (kept.outcome !== 'OPEN' || kept.isDetached) return kept;
      await pause(lookAgainMs);
    }
  }

  return {
    forRequest: ({ caller, requestId, idempotencyKey, signal }) => ({
      async record(asked, recorded) {
        const { action } = asked;
        const key = keyOf(idempotencyKey, asked.idempotencyKey, [action, asked.identity]);
        for (;;) {
          const entry = { id: randomUUID(), ...caller, action, arguments: asked.arguments, requestId };
          const known = await store.open(entry, key);
          if (known === null) return carryOut(entry, recorded);
          if (known.fingerprint !== key?.fingerprint) throw new GatewayError('IDEMPOTENCY_CONFLICT');
          const kept = await ended(known.entryId, signal);
          if (kept.hasKey) return retell(kept, recorded);
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

/** How a change ends that could not be carried out to its end. */
function completionOfFailure(error: unknown, open: OpenEntry, isUnclearUnknown: boolean): Completion {
  const told = gatewayErrorOf(error) ?? new GatewayError('INTERNAL_SERVER_ERROR');
  const isUnclear = error instanceof CommitUnclear && isUnclearUnknown;
  return {
    outcome: open.mayHaveSent || isUnclear ? 'UNKNOWN' : 'FAILED',
    errorCode: told.code,
    answer: { error: serializeError(told) },
    closesUnresolved: true,
    freesKey: open.mayRepeat([told]),
  };
}

/** Null for an error that keeps an entry from being read; what is known of the change is told then. Errors: faults of ours. */
function unlessUnexpected(error: unknown): null {
  if (gatewayErrorOf(error) === undefined) throw error;
  return null;
}

function retell<T>(kept: EntryRow, { replay }: Recorded<T>): T {
  const { answer } = kept;
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw deserializeError(answer.error as StoredError);
  return replay(kept);
}
