import type { Sim } from '../../sim-api/index.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ErrorCode } from '../errors/table.ts';
import type { Loaders } from '../loaders.ts';
import type { SimRef } from '../sim/sim-ref.type.ts';
import type { ChunkEnd } from './chunk.store.ts';
import type { TakenChunk } from './chunk.ts';

/** Errors that pass, or that whoever runs the gateway can make pass: what meets them waits for that. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_AUTH_FAILED',
  'SIM_API_ERROR',
  'OVERLOADED',
  'STORE_UNAVAILABLE',
  // The next reading may make as many calls again.
  'CALL_BUDGET_SPENT',
]);

/** What makes no sense, or fails upstream again and again, is waited for so often. */
const mostTries = 20;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Whether an error is worth waiting for. */
export function isPassing({ code }: GatewayError): boolean {
  return passing.has(code);
}

/** SIMs as they were read. */
export interface ReadSims {
  /** Same length and order as the refs. */
  readonly found: readonly (Sim | GatewayError)[];
  /** Indices of those that could not be read and are waited for. */
  readonly waiting: ReadonlySet<number>;
  /** The error that keeps all of them waiting; null where some are not. */
  readonly blocked: GatewayError | null;
}

/** Reads SIMs for a chunk; those that fail fail each for itself. */
export async function readSims(
  chunk: TakenChunk,
  loaders: Loaders,
  refs: readonly SimRef[],
): Promise<ReadSims> {
  const found = (await loaders.sims.byRefs(refs)).map((sim) => {
    if (sim instanceof Error && !(sim instanceof GatewayError)) throw sim;
    return sim;
  });
  const isAnyRead = found.some((sim) => !(sim instanceof GatewayError));
  const waiting = new Set(
    found.flatMap((sim, index) =>
      sim instanceof GatewayError && isWaitedFor(sim, chunk.tries, isAnyRead) ? index : [],
    ),
  );
  const [first] = found;
  const isBlocked = first instanceof GatewayError && waiting.size === found.length;
  return { found, waiting, blocked: isBlocked ? first : null };
}

function isWaitedFor(error: GatewayError, tries: number, isAnyRead: boolean): boolean {
  if (!isPassing(error)) return false;
  // Others make sense: then it is this SIM.
  if (error.details.isGarbled) return !isAnyRead && tries < mostTries;
  return error.code !== 'SIM_API_ERROR' || tries < mostTries;
}

/** How long a chunk waits that was put off so often. */
export function pauseMs({ tries }: Pick<TakenChunk, 'tries'>, reason: GatewayError | null): number {
  if (reason === null) return 0;
  const asked = (reason.details.retryAfterSeconds ?? 0) * 1000;
  return Math.max(asked, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
}

/** A chunk that has to wait as it is. */
export function putOff(chunk: TakenChunk, reason: GatewayError | null): ChunkEnd {
  return { ...asItIs(chunk), dueInMs: pauseMs(chunk, reason), waitsFor: reason };
}

/** A chunk of which nothing was done. */
export function asItIs({ settling, strayed }: TakenChunk): ChunkEnd {
  return { held: [], hasDoubts: false, settling, strayed, dueInMs: 0, waitsFor: null };
}
