import { BoundedMap } from '../base/bounded-map.ts';
import type { Cancellation } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import { Unreachable } from './errors.ts';
import { type JoinableRead, JoinedCall, OpenCalls, type Part } from './joined-call.ts';
import { maxQueueLength, queueFull } from './layers/queue.ts';
import type { CallTrace } from './pending-call.ts';

/** Reads of a kind are not joined for this time after a failure that any of their SIMs may have caused. */
const pauseMs = 30_000;
const maxPausedKinds = 1000;

/**
 * Joins reads of different requests. Reads that arrive in one turn of the event loop share calls; while `maxConcurrent` calls are running,
 * reads that wait share calls too. A read never joins a call that was sent, so no answer is older than its request.
 *
 * A failure stays with the request that caused it: if a call is refused because of some of its SIMs, its requests are separated by
 * bisection; after any other failure each request reads alone. The end of a request does not end a call that another request waits for.
 */
export class JoinedReads {
  private readonly openCallsByKind = new Map<string, OpenCalls<unknown>>();
  /** The reads of all requests that wait for an answer, by call. */
  private readonly counter = { waiting: 0 };
  private callsOfThisTurn: StartCall[] = [];
  /** Calls that wait for a running call to end, first in, first out. */
  private readonly queue = new Set<StartCall>();
  private running = 0;
  /** When reads of a kind are joined again, by the monotonic clock. */
  private readonly pausedUntilMs = new BoundedMap<string, number>(maxPausedKinds);

  constructor(
    private readonly maxConcurrent: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves with the answers of the calls that have the keys; they may also have keys of other requests. Errors: those of `alone`;
   * Unreachable (surely not sent) if the request ends or too many reads wait.
   */
  async read<T>(read: JoinableRead<T>): Promise<T[]> {
    const { operation, requester } = read;
    if (requester.cancellation?.isCancelled)
      throw new Unreachable(operation, 'aborted', true, 'the answer is no longer needed');
    if (this.counter.waiting >= maxQueueLength) throw queueFull(operation);
    const answers = this.openCalls(read)
      .add(read)
      .map(({ answer }) => answer);
    const [only] = answers;
    return answers.length === 1 && only !== undefined ? [await only] : Promise.all(answers);
  }

  private openCalls<T>({ kind }: JoinableRead<T>): OpenCalls<T> {
    const isPaused = this.isPaused(kind);
    const known = isPaused ? undefined : this.openCallsByKind.get(kind);
    // The kind names the endpoint, which decides the type of the answer.
    if (known !== undefined) return known as OpenCalls<T>;
    const calls = new OpenCalls<T>(() => {
      const call = new JoinedCall<T>(this.counter);
      this.enqueue(() => {
        calls.remove(call);
        if (calls.isEmpty && this.openCallsByKind.get(kind) === calls) this.openCallsByKind.delete(kind);
        return this.send(call);
      });
      return call;
    });
    if (!isPaused) this.openCallsByKind.set(kind, calls as OpenCalls<unknown>);
    return calls;
  }

  private enqueue(start: StartCall): void {
    this.callsOfThisTurn.push(start);
    if (this.callsOfThisTurn.length > 1) return;
    setImmediate(() => {
      for (const each of this.callsOfThisTurn) this.queue.add(each);
      this.callsOfThisTurn = [];
      this.startNext();
    });
  }

  private startNext(): void {
    for (const start of this.queue) {
      if (this.running >= this.maxConcurrent) return;
      this.queue.delete(start);
      this.running++;
      start().finally(() => {
        this.running--;
        this.startNext();
      });
    }
  }

  private isPaused(kind: string): boolean {
    const untilMs = this.pausedUntilMs.get(kind);
    return untilMs !== undefined && this.clock.monotonicMs() < untilMs;
  }

  private pause(kind: string): void {
    this.pausedUntilMs.set(kind, this.clock.monotonicMs() + pauseMs);
  }

  private async send<T>(call: JoinedCall<T>): Promise<void> {
    const cancellation = call.createCancellation();
    const parts = call.waiting();
    const [first, second] = parts;
    // A pause may have begun since the reads were joined.
    if (second !== undefined && this.isPaused(second.read.kind)) return endAlone(parts);
    // The place is taken until the answer comes: meanwhile other reads can join.
    if (first !== undefined && second === undefined) return endPart(first);
    const failure = await this.attempt(parts, cancellation);
    if (failure !== null) await this.separate(parts, cancellation, failure.error);
  }

  /** Reads the keys of all parts in one call and ends the parts; returns the failure if another attempt can separate them. */
  private async attempt<T>(
    parts: readonly Part<T>[],
    cancellation: Cancellation,
  ): Promise<{ error: unknown } | null> {
    const [first, second] = parts;
    if (first === undefined) return null;
    if (second === undefined) {
      endAlone(parts);
      return null;
    }
    const { read } = first;
    const keys = new Set(parts.flatMap((part) => part.keys));
    const trace: CallTrace = {
      ...read.requester.trace,
      upstreamCalls: 0,
      sharedCalls: 0,
      unreadableItems: 0,
    };
    try {
      const answer = await read.together([...keys], { trace, cancellation });
      const uncertain = parts.filter((part) => !part.isEnded && read.isUncertain(answer, part.keys));
      // Otherwise the requests that read alone count them.
      if (uncertain.length === 0) read.requester.trace.unreadableItems += trace.unreadableItems;
      for (const part of parts) if (!part.isEnded && !uncertain.includes(part)) part.succeed(answer);
      endAlone(uncertain);
      return null;
    } catch (error) {
      if (keys.size > 0) return { error };
      for (const part of parts) if (!part.isEnded) part.fail(error);
      return null;
    } finally {
      attribute(trace.upstreamCalls, parts);
    }
  }

  /** Ends the parts of a call that failed. */
  private async separate<T>(
    parts: readonly Part<T>[],
    cancellation: Cancellation,
    error: unknown,
  ): Promise<void> {
    const waiting = parts.filter(({ isEnded }) => !isEnded);
    const [first] = waiting;
    if (first === undefined) return;
    const { kind } = first.read;
    const cause = first.read.causeOf(error);
    if (cause === 'any key') this.pause(kind);
    if (cause === 'any key' || cause === 'no key') return endAlone(waiting);
    const middle = Math.ceil(waiting.length / 2);
    const failed: { half: readonly Part<T>[]; error: unknown }[] = [];
    await Promise.all(
      [waiting.slice(0, middle), waiting.slice(middle)].map(async (half) => {
        const failure = await this.attempt(half, cancellation);
        if (failure !== null) failed.push({ half, error: failure.error });
      }),
    );
    // Requests with refused SIMs in both halves: further bisection would take more calls than it saves.
    if (failed.length === 2 && cause === 'refusal') {
      this.pause(kind);
      for (const { half } of failed) endAlone(half);
    } else {
      for (const each of failed) await this.separate(each.half, cancellation, each.error);
    }
  }
}

/** Starts a call; resolves when another one may start, and never rejects. */
type StartCall = () => Promise<void>;

/** Reads each part alone. The caller does not wait: these reads have their own tries, and the queue of the pipeline limits them. */
function endAlone<T>(parts: readonly Part<T>[]): void {
  for (const part of parts) endPart(part);
}

/** Reads a part alone; never rejects. */
async function endPart<T>(part: Part<T>): Promise<void> {
  if (part.isEnded) return;
  try {
    const answer = await part.read.alone(part.keys);
    if (!part.isEnded) part.succeed(answer);
  } catch (error) {
    if (!part.isEnded) part.fail(error);
  }
}

/** Counts the calls of a joined read: as caused for the first request, as shared for the others. */
function attribute<T>(calls: number, parts: readonly Part<T>[]): void {
  const [first, ...others] = new Set(parts.map(({ read }) => read.requester.trace));
  if (first !== undefined) first.upstreamCalls += calls;
  for (const other of others) other.sharedCalls += calls;
}
