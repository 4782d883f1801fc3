import { doneSims, type Operation } from './operation.ts';

/** Time over which a speed is measured. */
const WINDOW_MS = 60_000;
const MIN_MEASURED_MS = 3000;
/** After this time without a change a stage is stalled, and its speed is measured anew. */
const STALLED_AFTER_MS = 15_000;
/** Time during which the estimates must agree. */
const STABLE_MS = 10_000;
const MIN_ESTIMATES = 5;
const MAX_FACTOR = 1.5;
const SLACK_MS = 2000;

/**
 * Estimates the remaining time of an operation: the time to send the waiting SIMs, plus the time until the SIMs in transition have reached
 * their state, each at its own speed. There is no estimate while the operation waits or is stalled, and unless those of the last 10 s agree
 * about the end. Times are those of any monotonic clock.
 */
export class TimeLeft {
  readonly #outcomes = new Speed();
  readonly #reached = new Speed();
  #estimates: { readonly atMs: number; readonly endMs: number }[] = [];

  /** Records the progress. */
  note(atMs: number, operation: Operation): void {
    if (operation.error !== null) {
      this.#outcomes.reset();
      this.#reached.reset();
      this.#estimates = [];
      return;
    }
    const { total, succeeded, settling } = operation;
    const outcomes = doneSims(operation) + settling;
    this.#outcomes.note(atMs, outcomes);
    this.#reached.note(atMs, succeeded - settling);
    const sendMs = this.#outcomes.msFor(atMs, total - outcomes);
    const settleMs = this.#reached.msFor(atMs, settling);
    if (sendMs === undefined || settleMs === undefined) this.#estimates = [];
    else this.#estimates.push({ atMs, endMs: atMs + sendMs + settleMs });
    this.#estimates = this.#estimates.filter((estimate) => atMs - estimate.atMs <= STABLE_MS);
  }

  /** Remaining seconds; undefined if there is no reliable estimate. */
  seconds(atMs: number): number | undefined {
    const left = this.#estimates.map(({ endMs }) => endMs - atMs);
    if (left.length < MIN_ESTIMATES) return undefined;
    const mean = left.reduce((sum, ms) => sum + ms, 0) / left.length;
    const isStable = Math.max(...left) <= Math.min(...left) * MAX_FACTOR + SLACK_MS;
    return isStable && mean >= 1000 ? mean / 1000 : undefined;
  }
}

/** The speed at which a number grows, measured from change to change. */
class Speed {
  #changes: { readonly atMs: number; readonly count: number }[] = [];
  #count: number | undefined;

  note(atMs: number, count: number): void {
    const last = this.#changes.at(-1);
    if (count !== this.#count && this.#count !== undefined) {
      if (last !== undefined && atMs - last.atMs > STALLED_AFTER_MS) this.#changes = [];
      this.#changes.push({ atMs, count });
    }
    this.#count = count;
    while (this.#changes.length > 2 && atMs - (this.#changes[1]?.atMs ?? atMs) >= WINDOW_MS)
      this.#changes.shift();
  }

  reset(): void {
    this.#changes = [];
    this.#count = undefined;
  }

  /** Milliseconds until the number has grown by `more`; undefined if the speed is not known. */
  msFor(atMs: number, more: number): number | undefined {
    if (more <= 0) return 0;
    const [first] = this.#changes;
    const last = this.#changes.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const quietMs = atMs - last.atMs;
    const measuredMs = last.atMs - first.atMs;
    if (quietMs > STALLED_AFTER_MS || measuredMs < MIN_MEASURED_MS || last.count <= first.count)
      return undefined;
    return Math.max(0, (more * measuredMs) / (last.count - first.count) - quietMs);
  }
}
