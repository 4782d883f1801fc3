import type { PendingCall } from '../pending-call.ts';

/**
 * Carries out a call. Throws or rejects with its failure, so a layer that handles failures is an async function with try and catch, and
 * never `next(call).catch(…)`.
 */
export type Dispatch<T> = (call: PendingCall) => Promise<T>;

/** One policy of the pipeline: wraps everything between it and the network. */
export type Layer = <T>(next: Dispatch<T>) => Dispatch<T>;

/** Puts layers around `last`; a call passes them in the order of the list. */
export function throughLayers<T>(layers: readonly Layer[], last: Dispatch<T>): Dispatch<T> {
  return layers.reduceRight((next, layer) => layer(next), last);
}
