import type { Log } from '../../base/log.ts';
import { type Change, isAsAsked, kindOf, type Sim } from '../../sim-api/index.ts';
import type { Actions } from '../actions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ErrorCode } from '../errors/table.ts';
import { failed, succeeded } from '../ledger/outcome.ts';
import type { Loaders } from '../loaders.ts';
import type { SimRef } from '../sim/sim-ref.type.ts';
import type { ChunkEnd, ChunkStore } from './chunk.store.ts';
import { type ChunkSim, isEid, type TakenChunk } from './chunk.ts';
import { ChunkEntry } from './chunk-entry.ts';
import { positionsPerChunk } from './target.store.ts';

/** What work on a chunk is done with. */
export interface ChunkTools {
  readonly store: ChunkStore;
  readonly loaders: Loaders;
  readonly actions: Actions;
  /** Aborted when nothing more of the chunk may be sent. */
  readonly cutOff: AbortController;
  /** Nothing more can be written down. */
  readonly givingUp: AbortSignal;
  /** SIMs that were changed are looked at so much later. */
  readonly firstLookMs: number;
  readonly log: Log;
}

/** A SIM of a chunk, and what reading it gave. */
interface ReadSim extends ChunkSim {
  readonly sim: Sim | GatewayError;
}

/** Errors that pass, or that whoever runs the gateway can make pass: a chunk waits for that. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_AUTH_FAILED',
  'SIM_API_ERROR',
  'OVERLOADED',
  'STORE_UNAVAILABLE',
]);

/** Works a chunk off, or goes on where somebody else had to leave it. Errors: StoreUnavailable, ChunkLost. */
export async function workOff(chunk: TakenChunk, tools: ChunkTools): Promise<ChunkEnd> {
  const { store, actions, cutOff, givingUp, firstLookMs, log } = tools;
  const change = chunk.change as Change;
  if (chunk.isCanceled && !(chunk.isBegun && kindOf(change) === 'visible')) return nothingMore(chunk);
  const begun = chunk.isBegun ? await goOn(chunk, change, tools) : await begin(chunk, tools);
  if (begun instanceof GatewayError) return putOff(chunk, cutOff.signal.aborted ? null : begun);

  const { read, before } = begun;
  const entry = new ChunkEntry(store, chunk, read, cutOff, givingUp, log);
  const targets: Sim[] = [];
  const settled = new Set<number>();
  for (const { position, status, sim } of read) {
    if (sim instanceof GatewayError) {
      if (status === 'PENDING') entry.settleAt(position, failed(sim));
    } else if (status === 'PENDING') targets.push(sim);
    else if (isAsAsked(sim, change)) entry.settleAt(position, succeeded);
    if (!(sim instanceof GatewayError) && sim.pendingState === null && isAsAsked(sim, change))
      settled.add(position);
  }
  if (!chunk.isCanceled) await actions.sims.changeWritten(entry, targets, change);
  await entry.flush();

  const reason = [...entry.held.values()].find((held) => held !== null) ?? null;
  const accepted = [...before, ...entry.succeeded].filter((position) => !settled.has(position));
  return {
    held: [...entry.held.keys()],
    settling: chunk.follows ? accepted : [],
    strayed: [],
    dueInMs: entry.held.size === 0 ? firstLookMs : pauseMs(chunk, reason),
    waitsFor: reason,
  };
}

interface Begun {
  readonly read: readonly ReadSim[];
  /** Positions of SIMs that succeeded before. */
  readonly before: readonly number[];
}

/** Reads the SIMs of a chunk and writes them down; the error that keeps it from that, where one does. */
async function begin(chunk: TakenChunk, { store, loaders }: ChunkTools): Promise<Begun | GatewayError> {
  const found = await readAll(
    loaders,
    chunk.refs.map((ref) => (isEid(ref) ? { eid: ref } : { iccid: ref })),
  );
  if (found instanceof GatewayError) return found;
  const sims = await store.name(
    chunk,
    found.map((sim, index) => (sim instanceof GatewayError ? iccidOf(chunk.refs[index] ?? '') : sim.iccid)),
  );
  const first = chunk.number * positionsPerChunk;
  return { read: sims.map((sim) => ({ ...sim, sim: found[sim.position - first] ?? missing })), before: [] };
}

/** The same for a chunk that is written down already: SIMs that were not sent, and those of which nobody knows but they themselves. */
async function goOn(
  chunk: TakenChunk,
  change: Change,
  { store, loaders }: ChunkTools,
): Promise<Begun | GatewayError> {
  const sims = await store.resume(chunk);
  const tellsItself = kindOf(change) === 'visible';
  const rest = sims.filter(({ status }) => status === 'PENDING' || (status === 'UNKNOWN' && tellsItself));
  const known = rest.filter(({ iccid }) => iccid !== null);
  const found = await readAll(
    loaders,
    known.flatMap(({ iccid }) => (iccid === null ? [] : { iccid })),
  );
  if (found instanceof GatewayError) return found;
  const byPlace = new Map(known.map(({ position }, index) => [position, found[index]]));
  return {
    read: rest.map((sim) => ({ ...sim, sim: byPlace.get(sim.position) ?? missing })),
    before: sims.flatMap(({ position, status }) => (status === 'SUCCEEDED' ? position : [])),
  };
}

/** Reads SIMs. Shape: same length and order as the refs; or the error that keeps all of them waiting. */
export async function readAll(
  loaders: Loaders,
  refs: readonly SimRef[],
): Promise<(Sim | GatewayError)[] | GatewayError> {
  const found: (Sim | GatewayError)[] = [];
  for (const sim of await loaders.sims.byRefs(refs)) {
    if (!(sim instanceof Error)) found.push(sim);
    else if (!(sim instanceof GatewayError)) throw sim;
    else if (passing.has(sim.code)) return sim;
    else found.push(sim);
  }
  return found;
}

const missing = new GatewayError('SIM_NOT_FOUND');

function iccidOf(ref: string): string | null {
  return isEid(ref) ? null : ref;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** How long a chunk waits that was put off so often. */
export function pauseMs({ tries }: Pick<TakenChunk, 'tries'>, reason: GatewayError | null): number {
  const asked = (reason?.details.retryAfterSeconds ?? 0) * 1000;
  return reason === null
    ? 0
    : Math.max(asked, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
}

/** A chunk that has to wait as it is. */
export function putOff(chunk: TakenChunk, reason: GatewayError | null): ChunkEnd {
  return { ...nothingMore(chunk), dueInMs: pauseMs(chunk, reason), waitsFor: reason };
}

function nothingMore({ settling, strayed }: TakenChunk): ChunkEnd {
  return { held: [], settling, strayed, dueInMs: 0, waitsFor: null };
}
