import type { Change } from './changes.ts';

/** A mutation that waits for the user's consent. */
export interface Question {
  readonly change: Change;
  /** Null if the gateway did not say it. */
  readonly environment: 'SANDBOX' | 'LIVE' | null;
  answer(isConfirmed: boolean): void;
}

let question: Question | null = null;
const listeners = new Set<() => void>();

function show(next: Question | null): void {
  question = next;
  for (const listener of listeners) listener();
}

export const currentQuestion = (): Question | null => question;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks whether to run a mutation. False if the user declines, or stops the operation. */
export function confirmChange(
  { change, environment }: Pick<Question, 'change' | 'environment'>,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (isConfirmed: boolean) => {
      if (question === asked) show(null);
      resolve(isConfirmed);
    };
    const asked: Question = { change, environment, answer };
    if (signal.aborted) return resolve(false);
    signal.addEventListener('abort', () => answer(false), { once: true });
    show(asked);
  });
}
