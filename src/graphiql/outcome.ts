/** What became of an operation that the user ran. */
export type Outcome =
  | ({ readonly kind: 'answered' } & Answered)
  | { readonly kind: 'unanswered'; readonly durationMs: number; readonly isStopped: boolean }
  | { readonly kind: 'not-sent' };

export interface Answered {
  /** Code and text of the HTTP status. */
  readonly status: string;
  readonly durationMs: number;
  /** Size of the body, without compression. */
  readonly bytes: number;
  /** Number of errors. */
  readonly errors: number;
  /** Calls of the SIM API; undefined if the answer does not have them. */
  readonly cost: { readonly upstreamCalls: number; readonly sharedCalls: number } | undefined;
}

const listeners = new Set<(outcome: Outcome) => void>();

export function reportOutcome(outcome: Outcome): void {
  for (const listener of listeners) listener(outcome);
}

export function subscribe(listener: (outcome: Outcome) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
