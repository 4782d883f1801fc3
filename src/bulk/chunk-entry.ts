import type { Log } from '../base/log.ts';
import { within } from '../base/within.ts';
import type { GatewayError } from '../errors/gateway-error.ts';
import { EntryWriter } from '../ledger/entry-writer.ts';
import { type ChangeEntry, type Outcome, unknown } from '../ledger/outcome.ts';
import type { Rejected } from '../sim-api/index.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import type { ChunkSim, TakenChunk } from './chunk.ts';
import type { ChunkSimStore } from './chunk-sims.store.ts';

/** A claim that takes longer counts as refused. */
const claimPatienceMs = 2000;

/** The SIMs of a chunk while this gateway works on it. What surely was not sent waits for the next one who does. */
export class ChunkEntry implements ChangeEntry {
  private readonly places = new Map<string, number>();
  private readonly writer: EntryWriter;
  /** Positions of SIMs that were surely not sent, and why; null where the gateway stops. */
  readonly held = new Map<number, GatewayError | null>();
  /** Why SIMs that may have been changed could not be read since, so that they have to be read later; null if all could be read. */
  unread: Error | null = null;
  /** Positions of SIMs that have succeeded. */
  readonly succeeded = new Set<number>();

  constructor(
    private readonly store: ChunkSimStore,
    private readonly chunk: TakenChunk,
    sims: readonly ChunkSim[],
    /** Aborted when nothing more of it may be sent. */
    private readonly cutOff: AbortController,
    givingUp: AbortSignal,
    log: Log,
  ) {
    for (const { iccid, position } of sims) if (iccid !== null) this.places.set(iccid, position);
    const writeDown = async (outcomes: readonly (readonly [number, Outcome])[]) => {
      await store.settle(chunk, outcomes);
      return true;
    };
    this.writer = new EntryWriter(chunk.operationId, writeDown, givingUp, log);
  }

  /** False where they must not be sent: the chunk is lost, its operation cancelled, the store silent, or the gateway stops. */
  async claim(iccids: readonly string[]): Promise<boolean> {
    if (this.cutOff.signal.aborted) return false;
    const claimed = this.store
      .claim(
        this.chunk,
        iccids.map((iccid) => this.placeOf(iccid)),
      )
      .catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return false;
        throw error;
      });
    const isOurs = await within(claimPatienceMs, claimed, false);
    if (!isOurs) this.cutOff.abort();
    return isOurs;
  }

  settle(iccid: string, outcome: Outcome): void {
    this.settleAt(this.placeOf(iccid), outcome);
  }

  /** The same for the SIM at a position. */
  settleAt(position: number, outcome: Outcome): void {
    if (outcome.outcome === 'SUCCEEDED') this.succeeded.add(position);
    this.writer.settle(position, outcome);
  }

  doubt(iccid: string, answer: Rejected | null, unread: Error): void {
    this.unread ??= unread;
    this.settle(iccid, unknown(iccid, answer));
  }

  hold(iccid: string, reason: GatewayError | null): void {
    this.holdAt(this.placeOf(iccid), reason);
  }

  /** The same for the SIM at a position. */
  holdAt(position: number, reason: GatewayError | null): void {
    this.held.set(position, reason);
  }

  /** Resolves when everything told so far is written down. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  private placeOf(iccid: string): number {
    const place = this.places.get(iccid);
    if (place === undefined) throw new Error('a SIM is changed that is not of this chunk');
    return place;
  }
}
