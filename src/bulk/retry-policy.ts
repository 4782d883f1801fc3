import { backoffMs } from '../base/backoff.ts';
import { readSims, type SimKey } from '../changes/index.ts';
import { type ErrorCode, GatewayError, rejectedBy } from '../errors/index.ts';
import type { Sim, SimApi } from '../sim-api/index.ts';
import type { LeasedChunk } from './chunk.ts';
import type { ChunkResult } from './chunks.store.ts';

/** Errors that are temporary, or that the operator can fix: a chunk waits until they have passed. */
const transientCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_REQUEST',
  'UPSTREAM_AUTH_FAILED',
  'SIM_API_ERROR',
  'OVERLOADED',
  'GATEWAY_STOPPED',
  'STORE_UNAVAILABLE',
]);

/** Maximum number of turns in a row that wait for malformed answers or internal errors of the SIM API, if no SIM could be read. */
const maxMalformedReads = 20;
/** The same if other SIMs could be read: the cause is then more likely the SIM than the SIM API. */
const maxMalformedReadsOfSome = 5;
/** The same for SIMs without an answer while others can be read: two minutes, in which the SIM API may recover. */
const maxUnanswered = 10;
const backoff = { firstMs: 500, maxMs: 30_000 };

/** Whether a chunk waits until the error has passed. */
export function isTransient({ code }: GatewayError): boolean {
  return transientCodes.has(code);
}

/** The error that a chunk with unread SIMs waits for: the read error if it is temporary, otherwise UPSTREAM_UNAVAILABLE. */
export function waitReasonOf(unread: Error): GatewayError {
  if (!(unread instanceof GatewayError)) return new GatewayError('UPSTREAM_UNAVAILABLE');
  return isTransient(unread)
    ? unread
    : new GatewayError('UPSTREAM_UNAVAILABLE', rejectedBy(unread.details.rejected));
}

export interface ReadSims {
  /** Same length and order as the keys. */
  readonly found: readonly (Sim | GatewayError)[];
  /** Indices of the SIMs whose read failed and is retried later. */
  readonly waiting: ReadonlySet<number>;
  /** Whether some reads failed in a way that has a limit of retries: malformed, or unanswered while others can be read. */
  readonly isMalformed: boolean;
  /** The first error if all reads are retried later; otherwise null. */
  readonly blocked: GatewayError | null;
}

/**
 * Reads SIMs for a chunk; a failed read affects only its SIM. `control` is another SIM, which is read if all reads are malformed or
 * unanswered: if it can be read, there is no outage.
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
  /** Maximum number of turns in a row that wait for the error. */
  const maxTriesOf = (error: GatewayError) => {
    if (isMalformedRead(error)) return isAnyRead ? maxMalformedReadsOfSome : maxMalformedReads;
    return isAnyRead && isUnanswered(error) ? maxUnanswered : Infinity;
  };
  const isWaitedFor = (error: GatewayError) => isTransient(error) && malformedReads < maxTriesOf(error);
  const waiting = new Set(
    found.flatMap((sim, index) => (sim instanceof GatewayError && isWaitedFor(sim) ? index : [])),
  );
  const isMalformed = found.some((sim) => sim instanceof GatewayError && maxTriesOf(sim) < Infinity);
  const [first] = found;
  const isBlocked = first instanceof GatewayError && waiting.size === found.length;
  return { found, waiting, isMalformed, blocked: isBlocked ? first : null };
}

/** Reads SIMs. Refused SIMs may use up the call budget of a read: SIMs with CALL_BUDGET_SPENT are read again while their number shrinks. */
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

/** Delay of a chunk, in ms: its backoff, or the time that the SIM API asked for if that is longer; 0 without a reason. */
export function pauseMs({ tries }: Pick<LeasedChunk, 'tries'>, reason: GatewayError | null): number {
  if (reason === null) return 0;
  const asked = (reason.details.retryAfterSeconds ?? 0) * 1000;
  return Math.max(asked, backoffMs(tries, backoff));
}

/** The checkpoint of a chunk that has to wait and is otherwise unchanged. */
export function reschedule(chunk: LeasedChunk, reason: GatewayError | null): ChunkResult {
  return { ...unchanged(chunk), dueInMs: pauseMs(chunk, reason), waitsFor: reason };
}

/** The checkpoint of a chunk on which no work was done. */
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
