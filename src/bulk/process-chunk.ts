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

/** What work on a chunk is done with. */
export interface ChunkTools {
  readonly chunks: ChunkStore;
  readonly simApi: SimApi;
  readonly changes: ChangeOptions;
  /** Aborted when nothing more of the chunk may be sent. */
  readonly cutOff: AbortController;
  /** The gateway stops. */
  readonly stopping: AbortSignal;
  /** Nothing more can be written down. */
  readonly releasing: AbortSignal;
  /** SIMs that were changed are looked at so much later. */
  readonly firstPollMs: number;
  readonly log: Log;
}

/** A SIM of a chunk, and what reading it gave. */
interface ReadSim extends ChunkSim {
  readonly sim: Sim | GatewayError;
  /** It could not be read, and is waited for. */
  readonly isWaiting: boolean;
}

/** All of a chunk has to wait. */
interface Blocked {
  readonly reason: GatewayError;
  readonly isMalformed: boolean;
}

interface Expanded {
  readonly isMalformed: boolean;
  readonly read: readonly ReadSim[];
  /** Positions of SIMs that were sent and succeeded before. */
  readonly before: readonly number[];
}

/** Works a chunk off, or goes on where somebody else had to leave it. Errors: StoreUnavailable, LeaseLost. */
export async function processChunk(chunk: LeasedChunk, tools: ChunkTools): Promise<ChunkResult> {
  const { chunks, simApi, changes, cutOff, stopping, releasing, firstPollMs, log } = tools;
  const change = chunk.change as Change;
  if (chunk.isCanceled && !(chunk.isExpanded && kindOf(change) === 'visible')) return unchanged(chunk);
  const expanded = await (chunk.isExpanded ? resumeChunk(chunk, change, tools) : expandChunk(chunk, tools));
  if ('reason' in expanded) {
    const { reason, isMalformed } = expanded;
    const needsReconcile = chunk.isExpanded && kindOf(change) === 'visible';
    return { ...reschedule(chunk, stopping.aborted ? null : reason), needsReconcile, isMalformed };
  }

  const { read, before, isMalformed } = expanded;
  const entry = new ChunkEntry(chunks, chunk, read, cutOff, releasing, log);
  const targets: Sim[] = [];
  /** SIMs that are not followed: they have settled, or are on their way without having been sent by this operation. */
  const unfollowed = new Set<number>();
  for (const { position, status, sim, isWaiting } of read) {
    if (sim instanceof GatewayError) {
      if (isWaiting) entry.deferAt(position, sim);
      else if (status === 'PENDING') entry.recordOutcomeAt(position, failed(sim));
      continue;
    }
    const isThere = isApplied(sim, change) === true;
    if (status === 'PENDING') targets.push(sim);
    else if (isThere) entry.recordOutcomeAt(position, succeeded);
    if (isThere && (status === 'PENDING' || sim.pendingState === null)) unfollowed.add(position);
  }
  if (!chunk.isCanceled) await changeSims(simApi, change, entry, targets, changes);
  await entry.flush();

  const unread = entry.unread ?? unreadUnknown(read);
  const needsReconcile = unread !== null;
  const isLeft = needsReconcile || entry.deferred.size > 0;
  const uncertainReason = unread && waitReasonOf(unread);
  const waitReason = [...entry.deferred.values()].find((deferred) => deferred !== null) ?? uncertainReason;
  const reason = stopping.aborted ? null : waitReason;
  const accepted = [...before, ...entry.succeeded].filter((position) => !unfollowed.has(position));
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

/** Why a SIM of unknown outcome could not be read; null if all of them were. */
function unreadUnknown(read: readonly ReadSim[]): GatewayError | null {
  for (const { status, isWaiting, sim } of read)
    if (status === 'UNKNOWN' && isWaiting && sim instanceof GatewayError) return sim;
  return null;
}

/** Reads the SIMs of a chunk and writes them down; the error that keeps it from that, where one does. */
async function expandChunk(chunk: LeasedChunk, { chunks, simApi }: ChunkTools): Promise<Expanded | Blocked> {
  const { found, waiting, isMalformed, blocked } = await readChunkSims(chunk, simApi, chunk.refs.map(refOf));
  if (blocked !== null) return { reason: blocked, isMalformed };
  const iccids: (string | null)[] = [];
  for (const [index, ref] of chunk.refs.entries()) {
    const sim = found[index] ?? missing;
    // A SIM is written down once, by its ICCID: an EID has to lead to it first, if it ever does.
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

/** The same for a chunk that is written down already: SIMs that were not sent, and those of which only they themselves can tell. */
async function resumeChunk(
  chunk: LeasedChunk,
  change: Change,
  { chunks, simApi }: ChunkTools,
): Promise<Expanded | Blocked> {
  const all = await chunks.resume(chunk);
  const isVerifiable = kindOf(change) === 'visible';
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

/** The SIMs of a chunk while this gateway works on it. What surely was not sent waits for the next one who does. */
class ChunkEntry implements ChangeEntry {
  private readonly positions = new Map<string, number>();
  private readonly writer: EntryWriter;
  /** Positions of SIMs that were surely not sent, and why; null where the gateway stops. */
  readonly deferred = new Map<number, GatewayError | null>();
  /** Why SIMs that may have been changed could not be read since, so that they have to be read later; null if all could be read. */
  unread: Error | null = null;
  /** Positions of SIMs that have succeeded. */
  readonly succeeded = new Set<number>();

  constructor(
    private readonly store: ChunkStore,
    private readonly chunk: LeasedChunk,
    sims: readonly ChunkSim[],
    /** Aborted when nothing more of it may be sent. */
    private readonly cutOff: AbortController,
    releasing: AbortSignal,
    log: Log,
  ) {
    for (const { iccid, position } of sims) if (iccid !== null) this.positions.set(iccid, position);
    const writeDown = async (outcomes: readonly (readonly [number, Outcome])[]) => {
      await store.recordOutcomes(chunk, outcomes);
      return true;
    };
    this.writer = new EntryWriter(chunk.operationId, writeDown, releasing, log);
  }

  /** False where they must not be sent: the chunk is lost, its operation cancelled, the store silent, or the gateway stops. */
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

  /** The same for the SIM at a position. */
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

  /** The same for the SIM at a position. */
  deferAt(position: number, reason: GatewayError | null): void {
    this.deferred.set(position, reason);
  }

  /** Resolves when everything told so far is written down. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  private positionOf(iccid: string): number {
    const place = this.positions.get(iccid);
    if (place === undefined) throw new Error('a SIM is changed that is not of this chunk');
    return place;
  }
}
