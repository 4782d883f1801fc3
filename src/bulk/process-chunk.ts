import type { Log } from '../base/log.ts';
import { type ChangeOptions, changeSims } from '../changes/index.ts';
import { GatewayError } from '../errors/index.ts';
import {
  type ChangeEntry,
  claimedInTime,
  EntryWriter,
  failed,
  type Outcome,
  succeeded,
  unknown,
} from '../ledger/index.ts';
import { type Change, isApplied, kindOf, type Rejected, type Sim, type SimApi } from '../sim-api/index.ts';
import { type ChunkSim, isEid, type LeasedChunk, positionsPerChunk, refOf } from './chunk.ts';
import type { ChunkResult, ChunkStore } from './chunks.store.ts';
import { pauseMs, readChunkSims, reschedule, unchanged, waitReasonOf } from './retry-policy.ts';

export interface ChunkTools {
  readonly chunks: ChunkStore;
  readonly simApi: SimApi;
  readonly changes: ChangeOptions;
  /** Aborted when no further SIM of the chunk may be sent. */
  readonly cutOff: AbortController;
  /** Aborted when the gateway begins to stop. */
  readonly stopping: AbortSignal;
  /** Aborted when the gateway gives up recording outcomes. */
  readonly releasing: AbortSignal;
  /** Delay before the first status poll of the SIMs. */
  readonly firstPollMs: number;
  readonly log: Log;
}

/** A SIM of a chunk and the result of reading it. */
interface ReadSim extends ChunkSim {
  readonly sim: Sim | GatewayError;
  /** The read failed and is retried later. */
  readonly isWaiting: boolean;
}

/** The whole chunk has to wait. */
interface Blocked {
  readonly reason: GatewayError;
  readonly isMalformed: boolean;
}

interface Expanded {
  readonly isMalformed: boolean;
  readonly read: readonly ReadSim[];
  /** Positions of SIMs that were sent and succeeded in an earlier turn. */
  readonly before: readonly number[];
}

/** Sends the SIMs of a chunk, or continues from its last checkpoint. Errors: StoreUnavailable, LeaseLost. */
export async function processChunk(chunk: LeasedChunk, tools: ChunkTools): Promise<ChunkResult> {
  const { chunks, simApi, changes, cutOff, stopping, releasing, firstPollMs, log } = tools;
  const change = chunk.change as Change;
  if (chunk.isCanceled && !(chunk.isExpanded && kindOf(change) === 'verifiable')) return unchanged(chunk);
  const expanded = await (chunk.isExpanded ? resumeChunk(chunk, change, tools) : expandChunk(chunk, tools));
  if ('reason' in expanded) {
    const { reason, isMalformed } = expanded;
    const needsReconcile = chunk.isExpanded && kindOf(change) === 'verifiable';
    return { ...reschedule(chunk, stopping.aborted ? null : reason), needsReconcile, isMalformed };
  }

  const { read, before, isMalformed } = expanded;
  const entry = new ChunkEntry(chunks, chunk, read, cutOff, releasing, log);
  const targets: Sim[] = [];
  /** Positions of SIMs that are not polled: they settled as requested, or already showed the change before this operation sent them. */
  const notPolled = new Set<number>();
  for (const { position, status, sim, isWaiting } of read) {
    if (sim instanceof GatewayError) {
      if (isWaiting) entry.deferAt(position, sim);
      else if (status === 'PENDING') entry.recordOutcomeAt(position, failed(sim));
      continue;
    }
    const isThere = isApplied(sim, change) === true;
    if (status === 'PENDING') targets.push(sim);
    else if (isThere) entry.recordOutcomeAt(position, succeeded);
    if (isThere && (status === 'PENDING' || sim.pendingState === null)) notPolled.add(position);
  }
  if (!chunk.isCanceled) await changeSims(simApi, change, entry, targets, changes);
  await entry.flush();

  const unread = entry.unread ?? unreadUnknown(read);
  const needsReconcile = unread !== null;
  const isLeft = needsReconcile || entry.deferred.size > 0;
  const uncertainReason = unread && waitReasonOf(unread);
  const waitReason = [...entry.deferred.values()].find((deferred) => deferred !== null) ?? uncertainReason;
  const reason = stopping.aborted ? null : waitReason;
  const accepted = [...before, ...entry.succeeded].filter((position) => !notPolled.has(position));
  return {
    deferred: [...entry.deferred.keys()],
    needsReconcile,
    isMalformed,
    settling: chunk.waitsUntilSettled ? accepted : [],
    divergedOnce: [],
    dueInMs: isLeft ? pauseMs(chunk, reason) : firstPollMs,
    waitsFor: reason,
  };
}

/** Why a SIM of unknown outcome could not be read; null if all of them could. */
function unreadUnknown(read: readonly ReadSim[]): GatewayError | null {
  for (const { status, isWaiting, sim } of read)
    if (status === 'UNKNOWN' && isWaiting && sim instanceof GatewayError) return sim;
  return null;
}

/** Reads the SIMs of a chunk and expands the chunk; returns the error if they cannot be read yet. */
async function expandChunk(chunk: LeasedChunk, { chunks, simApi }: ChunkTools): Promise<Expanded | Blocked> {
  const { found, waiting, isMalformed, blocked } = await readChunkSims(chunk, simApi, chunk.refs.map(refOf));
  if (blocked !== null) return { reason: blocked, isMalformed };
  const iccids: (string | null)[] = [];
  for (const [index, ref] of chunk.refs.entries()) {
    const sim = found[index] ?? missing;
    // A SIM is written once, by its ICCID, so the chunk waits until each EID is resolved or known to lead to no SIM.
    if (sim instanceof GatewayError && isEid(ref) && waiting.has(index)) return { reason: sim, isMalformed };
    if (sim instanceof GatewayError) iccids.push(isEid(ref) ? null : ref);
    else iccids.push(sim.iccid);
  }
  const named = await chunks.name(chunk, iccids);
  const first = chunk.number * positionsPerChunk;
  const read = named.map((sim) => {
    const index = sim.position - first;
    return { ...sim, sim: found[index] ?? missing, isWaiting: waiting.has(index) };
  });
  return { read, isMalformed, before: [] };
}

/** Reads the SIMs of an expanded chunk that were not sent, and those whose unknown outcome a read can resolve. */
async function resumeChunk(
  chunk: LeasedChunk,
  change: Change,
  { chunks, simApi }: ChunkTools,
): Promise<Expanded | Blocked> {
  const all = await chunks.resume(chunk);
  const isVerifiable = kindOf(change) === 'verifiable';
  const rest = all.filter(({ status }) => status === 'PENDING' || (status === 'UNKNOWN' && isVerifiable));
  const known = rest.flatMap(({ iccid }) => (iccid === null ? [] : { iccid }));
  const asked = new Set(known.map(({ iccid }) => iccid));
  const other = all.find(({ iccid }) => iccid !== null && !asked.has(iccid))?.iccid;
  const control = other == null ? undefined : { iccid: other };
  const { found, waiting, isMalformed, blocked } = await readChunkSims(chunk, simApi, known, control);
  if (blocked !== null) return { reason: blocked, isMalformed };
  const positions = new Map(known.map(({ iccid }, index) => [iccid, index]));
  return {
    isMalformed,
    read: rest.map((sim) => {
      const index = positions.get(sim.iccid ?? '') ?? -1;
      return { ...sim, sim: found[index] ?? missing, isWaiting: waiting.has(index) };
    }),
    before: all.flatMap(({ position, status, isSent }) => (status === 'SUCCEEDED' && isSent ? position : [])),
  };
}

const missing = new GatewayError('SIM_NOT_FOUND');

/** The change entry of one turn of work on a chunk. Deferred SIMs wait for a later turn. */
class ChunkEntry implements ChangeEntry {
  private readonly positions = new Map<string, number>();
  private readonly writer: EntryWriter;
  /** Positions of SIMs that were surely not sent, and why; null if the gateway stops. */
  readonly deferred = new Map<number, GatewayError | null>();
  /** Why SIMs that may have been changed could not be read since; null if all could. They have to be read later. */
  unread: Error | null = null;
  /** Positions of SIMs that succeeded in this turn. */
  readonly succeeded = new Set<number>();

  constructor(
    private readonly store: ChunkStore,
    private readonly chunk: LeasedChunk,
    sims: readonly ChunkSim[],
    /** Aborted when no further SIM of the chunk may be sent. */
    private readonly cutOff: AbortController,
    releasing: AbortSignal,
    log: Log,
  ) {
    for (const { iccid, position } of sims) if (iccid !== null) this.positions.set(iccid, position);
    const record = async (outcomes: readonly (readonly [number, Outcome])[]) => {
      await store.recordOutcomes(chunk, outcomes);
      return true;
    };
    this.writer = new EntryWriter(chunk.operationId, record, releasing, log);
  }

  /**
   * Returns false if the SIMs must not be sent: the lease is lost, the operation was cancelled, some SIMs already have an outcome, the
   * database does not answer, or the gateway stops. After that no further SIM of the chunk is sent.
   */
  async claim(iccids: readonly string[]): Promise<boolean> {
    if (this.cutOff.signal.aborted) return false;
    const positions = iccids.map((iccid) => this.positionOf(iccid));
    const isOurs = await claimedInTime(this.store.claim(this.chunk, positions));
    if (!isOurs) this.cutOff.abort();
    return isOurs;
  }

  recordOutcome(iccid: string, outcome: Outcome): void {
    this.recordOutcomeAt(this.positionOf(iccid), outcome);
  }

  recordOutcomeAt(position: number, outcome: Outcome): void {
    if (outcome.outcome === 'SUCCEEDED') this.succeeded.add(position);
    this.writer.recordOutcome(position, outcome);
  }

  markUncertain(iccid: string, answer: Rejected | null, unread: Error): void {
    this.unread ??= unread;
    this.recordOutcome(iccid, unknown(iccid, answer));
  }

  defer(iccid: string, reason: GatewayError | null): void {
    this.deferAt(this.positionOf(iccid), reason);
  }

  deferAt(position: number, reason: GatewayError | null): void {
    this.deferred.set(position, reason);
  }

  /** Resolves when all outcomes so far are recorded, or the gateway gives up. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  private positionOf(iccid: string): number {
    const place = this.positions.get(iccid);
    if (place === undefined) throw new Error('the SIM is not in this chunk');
    return place;
  }
}
