import { backoffMs } from '../base/backoff.ts';
import { readSims, type SimKey } from '../changes/index.ts';
import { type ErrorCode, GatewayError, rejectedBy } from '../errors/index.ts';
import type { Sim, SimApi } from '../sim-api/index.ts';
import type { TakenChunk } from './chunk.ts';
import type { ChunkEnd } from './chunks.store.ts';

/** Errors that pass, or that whoever runs the gateway can make pass: what meets them waits for that. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_REQUEST',
  'UPSTREAM_AUTH_FAILED',
  'SIM_API_ERROR',
  'OVERLOADED',
  'GATEWAY_STOPPED',
  'STORE_UNAVAILABLE',
]);

/** Answers that make no sense, and errors of the SIM API's own, are waited out so often in a row. */
const mostPuzzles = 20;
/** If others could be read it is rather the SIM than the SIM API. */
const mostPuzzlesOfSome = 5;
/** The same for SIMs for which no answer comes, while others are read: two minutes, in which the SIM API may recover. */
const mostUnanswered = 10;
const backoff = { firstMs: 500, maxMs: 30_000 };

/** Whether an error is worth waiting for. */
export function isPassing({ code }: GatewayError): boolean {
  return passing.has(code);
}

/** What a chunk waits for whose SIMs could not be read: an error that passes, or else that the SIM API answers as it should. */
export function waitReasonOf(unread: Error): GatewayError {
  if (!(unread instanceof GatewayError)) return new GatewayError('UPSTREAM_UNAVAILABLE');
  return isPassing(unread)
    ? unread
    : new GatewayError('UPSTREAM_UNAVAILABLE', rejectedBy(unread.details.rejected));
}

/** SIMs as they were read. */
export interface ReadSims {
  /** Same length and order as the keys. */
  readonly found: readonly (Sim | GatewayError)[];
  /** Indices of those that could not be read and are waited for. */
  readonly waiting: ReadonlySet<number>;
  /** Whether some of the answers made no sense, or came for some SIMs alone. */
  readonly isPuzzling: boolean;
  /** The error that keeps all of them waiting; null where some are not. */
  readonly blocked: GatewayError | null;
}

/**
 * Reads SIMs for a chunk; those that fail fail each for itself. `control` is another SIM, read if none of them can be: if it can be read,
 * it is no outage.
 */
export async function readChunkSims(
  { puzzles }: TakenChunk,
  simApi: SimApi,
  keys: readonly SimKey[],
  control?: SimKey,
): Promise<ReadSims> {
  const found = await readAll(simApi, keys);
  const isRead = (sim: Sim | GatewayError) => !(sim instanceof GatewayError);
  const isAllLost = found.every((sim) => sim instanceof GatewayError && (isPuzzle(sim) || isUnanswered(sim)));
  const others = isAllLost && keys.length > 0 && control ? await readAll(simApi, [control]) : [];
  const isAnyRead = found.some(isRead) || others.some(isRead);
  /** How often in a row an error is waited out. */
  const mostOf = (error: GatewayError) => {
    if (isPuzzle(error)) return isAnyRead ? mostPuzzlesOfSome : mostPuzzles;
    return isAnyRead && isUnanswered(error) ? mostUnanswered : Infinity;
  };
  const isWaitedFor = (error: GatewayError) => isPassing(error) && puzzles < mostOf(error);
  const waiting = new Set(
    found.flatMap((sim, index) => (sim instanceof GatewayError && isWaitedFor(sim) ? index : [])),
  );
  const isPuzzling = found.some((sim) => sim instanceof GatewayError && mostOf(sim) < Infinity);
  const [first] = found;
  const isBlocked = first instanceof GatewayError && waiting.size === found.length;
  return { found, waiting, isPuzzling, blocked: isBlocked ? first : null };
}

/** Finding SIMs that a read was refused for may take more calls than one reading has: the rest is read again, as long as it shrinks. */
async function readAll(simApi: SimApi, keys: readonly SimKey[]): Promise<(Sim | GatewayError)[]> {
  const found = new Map<number, Sim | GatewayError>();
  for (let rest = [...keys.keys()], before = Infinity; rest.length > 0 && rest.length < before; ) {
    const sims = await readSims(
      simApi,
      rest.flatMap((index) => keys[index] ?? []),
    );
    for (const [place, index] of rest.entries()) {
      const sim = sims[place];
      if (sim instanceof Error && !(sim instanceof GatewayError)) throw sim;
      if (sim !== undefined) found.set(index, sim);
    }
    before = rest.length;
    rest = rest.filter((index) => isSpent(found.get(index)));
  }
  return [...keys.keys()].map((index) => found.get(index) ?? new GatewayError('SIM_NOT_FOUND'));
}

function isSpent(sim: Sim | GatewayError | undefined): boolean {
  return sim instanceof GatewayError && sim.code === 'CALL_BUDGET_SPENT';
}

function isPuzzle({ code, details }: GatewayError): boolean {
  return code === 'SIM_API_ERROR' || details.isGarbled === true;
}

function isUnanswered({ code }: GatewayError): boolean {
  return code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT';
}

/** How long a chunk waits that was put off so often. */
export function pauseMs({ tries }: Pick<TakenChunk, 'tries'>, reason: GatewayError | null): number {
  if (reason === null) return 0;
  const asked = (reason.details.retryAfterSeconds ?? 0) * 1000;
  return Math.max(asked, backoffMs(tries, backoff));
}

/** A chunk that has to wait as it is. */
export function putOff(chunk: TakenChunk, reason: GatewayError | null): ChunkEnd {
  return { ...asItIs(chunk), dueInMs: pauseMs(chunk, reason), waitsFor: reason };
}

/** A chunk of which nothing was done. */
export function asItIs({ settling, strayed }: TakenChunk): ChunkEnd {
  return { held: [], hasDoubts: false, isPuzzling: false, settling, strayed, dueInMs: 0, waitsFor: null };
}
