import { backoffMs } from '../base/backoff.ts';
import { readSims, type SimKey } from '../changes/index.ts';
import { type ErrorCode, GatewayError, rejectedBy } from '../errors/index.ts';
import type { Sim, SimApi } from '../sim-api/index.ts';
import type { LeasedChunk } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';

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
const maxMalformedReads = 20;
/** If others could be read it is rather the SIM than the SIM API. */
const maxMalformedReadsOfSome = 5;
/** The same for SIMs for which no answer comes, while others are read: two minutes, in which the SIM API may recover. */
const maxUnanswered = 10;
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
  readonly isMalformed: boolean;
  /** The error that keeps all of them waiting; null where some are not. */
  readonly blocked: GatewayError | null;
}

/**
 * Reads SIMs for a chunk; those that fail fail each for itself. `control` is another SIM, read if none of them can be: if it can be read,
 * it is no outage.
 */
export async function readChunkSims(
  { malformedReads }: LeasedChunk,
  simApi: SimApi,
  keys: readonly SimKey[],
  control?: SimKey,
): Promise<ReadSims> {
  const found = await readAll(simApi, keys);
  const isRead = (sim: Sim | GatewayError) => !(sim instanceof GatewayError);
  const isAllLost = found.every(
    (sim) => sim instanceof GatewayError && (isMalformedRead(sim) || isUnanswered(sim)),
  );
  const others = isAllLost && keys.length > 0 && control ? await readAll(simApi, [control]) : [];
  const isAnyRead = found.some(isRead) || others.some(isRead);
  /** How often in a row an error is waited out. */
  const maxTriesOf = (error: GatewayError) => {
    if (isMalformedRead(error)) return isAnyRead ? maxMalformedReadsOfSome : maxMalformedReads;
    return isAnyRead && isUnanswered(error) ? maxUnanswered : Infinity;
  };
  const isWaitedFor = (error: GatewayError) => isPassing(error) && malformedReads < maxTriesOf(error);
  const waiting = new Set(
    found.flatMap((sim, index) => (sim instanceof GatewayError && isWaitedFor(sim) ? index : [])),
  );
  const isMalformed = found.some((sim) => sim instanceof GatewayError && maxTriesOf(sim) < Infinity);
  const [first] = found;
  const isBlocked = first instanceof GatewayError && waiting.size === found.length;
  return { found, waiting, isMalformed, blocked: isBlocked ? first : null };
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

function isMalformedRead({ code, details }: GatewayError): boolean {
  return code === 'SIM_API_ERROR' || details.isGarbled === true;
}

function isUnanswered({ code }: GatewayError): boolean {
  return code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT';
}

/** How long a chunk waits that was put off so often. */
export function pauseMs({ tries }: Pick<LeasedChunk, 'tries'>, reason: GatewayError | null): number {
  if (reason === null) return 0;
  const asked = (reason.details.retryAfterSeconds ?? 0) * 1000;
  return Math.max(asked, backoffMs(tries, backoff));
}

/** A chunk that has to wait as it is. */
export function reschedule(chunk: LeasedChunk, reason: GatewayError | null): ChunkResult {
  return { ...unchanged(chunk), dueInMs: pauseMs(chunk, reason), waitsFor: reason };
}

/** A chunk of which nothing was done. */
export function unchanged({ settling, divergedOnce }: LeasedChunk): ChunkResult {
  return {
    deferred: [],
    needsReconcile: false,
    isMalformed: false,
    settling,
    divergedOnce,
    dueInMs: 0,
    waitsFor: null,
  };
}
