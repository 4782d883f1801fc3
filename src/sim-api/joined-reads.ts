import type { Cancellation } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import { Unreachable } from './errors.ts';
import { type JoinableRead, JoinedCall, OpenCalls, type Part } from './joined-call.ts';
import { maxQueueLength, retryAfterSeconds } from './layers/queue.ts';
import type { CallTrace } from './pending-call.ts';

/** After a failure that any SIM of a joined call may have caused, reads of SIMs are not joined for this time. */
const pauseMs = 30_000;

/**
 * Joins reads of different requests. Reads that arrive in one turn of the event loop share calls; while `maxConcurrent` calls are running,
 * reads that wait share calls too. A read never joins a call that was sent, so no answer is older than its request.
 *
 * A failure stays with the request that caused it: if a call is refused because of some of its SIMs, its requests are separated by
 * bisection; after any other failure each request reads alone. The end of a request does not end a call that another request waits for.
 */
export class JoinedReads {
  private readonly open = new Map<string, OpenCalls<unknown>>();
  /** Calls of this turn of the event loop. */
  private fresh: Started[] = [];
  /** Calls that wait for a running call to end, first in, first out. */
  private readonly queue = new Set<Started>();
  private running = 0;
  private pausedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly maxConcurrent: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves with the answers of the calls that have the keys; they may also have keys of other requests. Errors: those of `alone`;
   * Unreachable (surely not sent) if the request ends or too many calls wait.
   */
  async read<T>(read: JoinableRead<T>): Promise<T[]> {
    const { operation, requester } = read;
    if (requester.cancellation?.isCancelled)
      throw new Unreachable(operation, 'aborted', true, 'the answer is no longer needed');
    if (this.queue.size + this.fresh.length >= maxQueueLength)
      throw new Unreachable(operation, 'overloaded', true, 'queue full', retryAfterSeconds);
    const answers = this.openCalls(read)
      .add(read)
      .map(({ answer }) => answer);
    const [only] = answers;
    return answers.length === 1 && only !== undefined ? [await only] : Promise.all(answers);
  }

  private openCalls<T>({ kind, keys }: JoinableRead<T>): OpenCalls<T> {
    const isPaused = keys.length > 0 && this.clock.monotonicMs() < this.pausedUntilMs;
    const known = isPaused ? undefined : this.open.get(kind);
    // The kind names the endpoint, which decides the type of the answer.
    if (known !== undefined) return known as OpenCalls<T>;
    const calls = new OpenCalls<T>(() => {
      const call = new JoinedCall<T>();
      this.enqueue(() => {
        calls.remove(call);
        if (calls.isEmpty && this.open.get(kind) === calls) this.open.delete(kind);
        return this.send(call);
      });
      return call;
    });
    if (!isPaused) this.open.set(kind, calls as OpenCalls<unknown>);
    return calls;
  }

  private enqueue(start: Started): void {
    this.fresh.push(start);
    if (this.fresh.length > 1) return;
    setImmediate(() => {
      for (const each of this.fresh) this.queue.add(each);
      this.fresh = [];
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

  private async send<T>(call: JoinedCall<T>): Promise<void> {
    const cancellation = call.begin();
    const parts = call.waiting();
    const error = await this.attempt(parts, cancellation);
    if (error !== undefined) await this.separate(parts, cancellation, error);
  }

  /** Reads the keys of all parts in one call and ends the parts; returns the failure if another attempt can separate them. */
  private async attempt<T>(parts: readonly Part<T>[], cancellation: Cancellation): Promise<unknown> {
    const [first, second] = parts;
    if (first === undefined) return undefined;
    const { read } = first;
    if (second === undefined) return readAlone(first);
    const keys = new Set(parts.flatMap((part) => part.keys));
    const trace: CallTrace = {
      ...read.requester.trace,
      upstreamCalls: 0,
      sharedCalls: 0,
      unreadableItems: 0,
    };
    try {
      const answer = await read.together([...keys], { trace, cancellation });
      attribute(trace, parts);
      const uncertain = parts.filter((part) => !part.isEnded && read.isUncertain(answer, part.keys));
      for (const part of parts) if (!part.isEnded && !uncertain.includes(part)) part.succeed(answer);
      await Promise.all(uncertain.map(readAlone));
      return undefined;
    } catch (error) {
      attribute(trace, parts);
      if (keys.size > 0) return error;
      for (const part of parts) if (!part.isEnded) part.fail(error);
      return undefined;
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
    if (!first.read.isRefusal(error)) {
      this.pausedUntilMs = this.clock.monotonicMs() + pauseMs;
      await Promise.all(waiting.map(readAlone));
      return;
    }
    const middle = Math.ceil(waiting.length / 2);
    const failed: { half: readonly Part<T>[]; error: unknown }[] = [];
    await Promise.all(
      [waiting.slice(0, middle), waiting.slice(middle)].map(async (half) => {
        const halfError = await this.attempt(half, cancellation);
        if (halfError !== undefined) failed.push({ half, error: halfError });
      }),
    );
    const [one, other] = failed;
    if (one === undefined) return;
    // Requests with refused SIMs in both halves: further bisection would take more calls than it saves.
    if (other === undefined) await this.separate(one.half, cancellation, one.error);
    else await Promise.all([...one.half, ...other.half].map(readAlone));
  }
}

/** Starts a call; resolves when it has ended, and never rejects. */
type Started = () => Promise<void>;

async function readAlone<T>(part: Part<T>): Promise<undefined> {
  if (part.isEnded) return;
  try {
    const answer = await part.read.alone(part.keys);
    if (!part.isEnded) part.succeed(answer);
  } catch (error) {
    if (!part.isEnded) part.fail(error);
  }
}

/** Counts the calls of a joined read: as caused for the first request, as shared for the others. */
function attribute<T>(trace: CallTrace, parts: readonly Part<T>[]): void {
  const [first, ...others] = new Set(parts.map(({ read }) => read.requester.trace));
  if (first !== undefined) {
    first.upstreamCalls += trace.upstreamCalls;
    first.unreadableItems += trace.unreadableItems;
  }
  for (const other of others) other.sharedCalls += trace.upstreamCalls;
}
