import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../base/log.ts';
import type { Change } from '../../sim-api/index.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { fromKept, type KeptError, toKept } from '../errors/kept-error.ts';
import { gatewayErrorOf } from '../errors/present.ts';
import { EntryWriter } from './entry-writer.ts';
import { keyOf } from './idempotency-key.ts';
import type { Caller, Ending, KeptEntry, LedgerStore, NewEntry } from './ledger.store.ts';
import { OpenEntry } from './open-entry.ts';
import { type FindEffect, recover } from './recovery.ts';

/** What can be asked of the gateway that changes anything. */
export type RecordedAction = Change['action'] | 'MARK_ALERTS_READ';

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
  /** Does it. Errors: what the caller is answered, now and when the same key comes again. */
  readonly run: (entry: OpenEntry) => Promise<{ readonly value: T; readonly ending: Ending }>;
  /** The value of a change that was done before. */
  readonly replay: (kept: KeptEntry) => T;
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
  /** Begins to settle what gateways that are gone left open. `isAlone`: where no other gateway can be alive, at once. */
  start(isAlone: boolean): void;
  /** Resolves when no change is under way. */
  idle(): Promise<void>;
  /** Gives up what is still under way, as if this gateway had died. */
  stop(): Promise<void>;
}

/** A caller waits so long for the outcome to be written down; it goes on being tried after that. */
const writePatienceMs = 2000;
/** How often another gateway is asked for the end of a change. */
const lookAgainMs = 200;

/** A ledger. `leaseMs` is how long a gateway may be silent before another settles its changes. */
export function createLedger(store: LedgerStore, leaseMs: number, findEffect: FindEffect, log: Log): Ledger {
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  async function carryOut<T>(entry: NewEntry, recorded: Recorded<T>): Promise<T> {
    const writer = new EntryWriter(store, entry.id, stopping.signal, log);
    const open = new OpenEntry(store, entry, writer);
    const work = recorded.run(open).then(
      ({ value, ending }) => ({ written: writer.end(ending), tell: () => value }),
      (error: unknown) => ({
        written: writer.end(endingOfFailure(error, open.mayHaveSent)),
        tell: () => {
          throw error;
        },
      }),
    );
    const ended = work
      .then(({ written }) => written)
      .catch((error: Error) =>
        log.error({ requestId: entry.requestId, stack: error.stack }, 'not written down'),
      )
      .finally(() => running.delete(entry.id));
    running.set(entry.id, ended);
    const { tell } = await work;
    const patience = new AbortController();
    await Promise.race([ended, pause(writePatienceMs, undefined, { signal: patience.signal })]);
    patience.abort();
    return tell();
  }

  async function ended(entryId: string, signal?: AbortSignal): Promise<KeptEntry> {
    await running.get(entryId);
    for (;;) {
      const kept = await store.read(entryId);
      if (kept.outcome !== 'OPEN') return kept;
      if (signal?.aborted || stopping.signal.aborted)
        throw new GatewayError('OVERLOADED', { message: 'The change under this key has not ended yet.' });
      await pause(lookAgainMs);
    }
  }

  /** Says that we live, and settles what those left who do not. */
  async function keepUp(which: 'all' | 'expired'): Promise<void> {
    const ids = [...running.keys()];
    if (ids.length > 0) await store.renew(owner, ids);
    for (const entry of await store.takeOver(owner, which, ids)) {
      const { id, requestId, action } = entry;
      const recovered = recover(entry, store, findEffect)
        .then(() => log.warn({ requestId, action }, 'settled a change that its gateway left open'))
        .catch((error: Error) => log.warn({ requestId, detail: error.message }, 'an open change waits'))
        .finally(() => running.delete(id));
      running.set(id, recovered);
    }
  }

  return {
    forRequest: ({ caller, requestId, idempotencyKey, signal }) => ({
      async record(asked, recorded) {
        const { action } = asked;
        const key = keyOf(idempotencyKey, asked.idempotencyKey, [action, asked.identity]);
        for (;;) {
          const entry = { id: randomUUID(), ...caller, action, arguments: asked.arguments, requestId, owner };
          const known = await store.open(entry, key);
          if (known === null) return carryOut(entry, recorded);
          if (known.fingerprint !== key?.fingerprint) throw new GatewayError('IDEMPOTENCY_CONFLICT');
          const kept = await ended(known.entryId, signal);
          if (kept.hasKey) return retell(kept, recorded);
        }
      },
    }),

    start(isAlone) {
      let which: 'all' | 'expired' = isAlone ? 'all' : 'expired';
      const next = () => {
        keepUp(which)
          .then(() => {
            which = 'expired';
          })
          .catch((error: Error) => {
            if (!(error instanceof StoreUnavailable)) log.error({ stack: error.stack }, 'unexpected error');
          })
          .finally(() => {
            if (!stopping.signal.aborted) timer = setTimeout(next, leaseMs / 3);
          });
      };
      next();
    },

    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },

    async stop() {
      clearTimeout(timer);
      const ids = [...running.keys()];
      stopping.abort();
      if (ids.length === 0) return;
      log.warn({ changes: ids.length }, 'stopped in the middle of changes');
      for (const entry of await store.takeOver(owner, 'own', ids))
        await recover(entry, store, async () => new Set());
    },
  };
}

/** How a change ends that could not be carried out to its end. */
function endingOfFailure(error: unknown, mayHaveSent: boolean): Ending {
  if (error instanceof StoreUnavailable && !mayHaveSent)
    return { outcome: 'FAILED', errorCode: 'STORE_UNAVAILABLE', givesUp: true, freesKey: true };
  const told = gatewayErrorOf(error) ?? new GatewayError('INTERNAL_SERVER_ERROR');
  // A refusal is an answer; whatever else broke may have broken after something was sent.
  const outcome = mayHaveSent && told.simApi === null ? 'UNKNOWN' : 'FAILED';
  return { outcome, errorCode: told.code, answer: { error: toKept(told) }, givesUp: true };
}

function retell<T>(kept: KeptEntry, { replay }: Recorded<T>): T {
  const { answer } = kept;
  if (typeof answer === 'object' && answer !== null && 'error' in answer)
    throw fromKept(answer.error as KeptError);
  return replay(kept);
}
