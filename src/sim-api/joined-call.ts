import { Cancellation } from '../base/cancellation.ts';
import { Unreachable } from './errors.ts';
import type { CallTrace } from './pending-call.ts';

/** The request that a read is made for. */
export interface Requester {
  readonly trace: CallTrace;
  readonly cancellation: Cancellation | undefined;
}

/** A read of one request that may share its calls with those of other requests. */
export interface JoinableRead<T> {
  readonly operation: string;
  /** Reads of one kind may share a call: the same tenant, endpoint and parameters. */
  readonly kind: string;
  /** Keys of the items. Reads of one kind without keys are identical. */
  readonly keys: readonly string[];
  readonly limits: CallLimits;
  readonly requester: Requester;
  /** Reads keys for this request, in as many calls as that takes. */
  alone(keys: readonly string[]): Promise<T>;
  /** Reads keys of several requests in one call, without retries. */
  together(keys: readonly string[], requester: Requester): Promise<T>;
  /** The cause of a failure of `together`. */
  causeOf(error: unknown): FailureCause;
  /** Whether the answer leaves open which of its keys a fault belongs to, and these keys are among them. */
  isUncertain(answer: T, keys: readonly string[]): boolean;
}

/**
 * What made a joined call fail: its length, the refusal of some of its keys, something that any of its keys may have caused, or something
 * that has nothing to do with its keys.
 */
export type FailureCause = 'length' | 'refusal' | 'any key' | 'no key';

/** How much fits into one call. */
export interface CallLimits {
  readonly maxKeys: number;
  /** Bytes of all keys, with one separator for each. */
  readonly maxBytes: number;
}

/** The keys of a read that travel in one call, and their answer. */
export class Part<T> {
  readonly keys: string[] = [];
  readonly answer: Promise<T>;
  isEnded = false;
  private resolve!: (answer: T) => void;
  private reject!: (error: unknown) => void;
  private readonly onCancel: () => void;

  constructor(
    readonly read: JoinableRead<T>,
    private readonly call: JoinedCall<T>,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.onCancel = () => {
      this.fail(new Unreachable(read.operation, 'aborted', true, 'the answer is no longer needed'));
    };
    read.requester.cancellation?.subscribe(this.onCancel);
  }

  succeed(answer: T): void {
    this.end();
    this.resolve(answer);
  }

  fail(error: unknown): void {
    this.end();
    this.reject(error);
  }

  private end(): void {
    this.isEnded = true;
    this.call.leave();
    this.read.requester.cancellation?.unsubscribe(this.onCancel);
  }
}

/** A call that reads of several requests join until it is sent. */
export class JoinedCall<T> {
  readonly parts: Part<T>[] = [];
  private cancellation: Cancellation | undefined;
  private keys = 0;
  private bytes = 0;
  private running = 0;

  /** `counter` counts the parts of all calls that wait for an answer. */
  constructor(private readonly counter: { waiting: number }) {}

  enter(part: Part<T>): void {
    this.parts.push(part);
    this.running++;
    this.counter.waiting++;
  }

  /** Called when a part has ended. */
  leave(): void {
    this.running--;
    this.counter.waiting--;
    if (this.running === 0) this.cancellation?.cancel();
  }

  hasRoom({ maxKeys, maxBytes }: CallLimits, key: string): boolean {
    return this.keys === 0 || (this.keys < maxKeys && this.bytes + key.length + 1 <= maxBytes);
  }

  /** Takes room for a key that no part has named before. */
  reserve(key: string): void {
    this.keys++;
    this.bytes += key.length + 1;
  }

  /** The parts that still wait for an answer. */
  waiting(): Part<T>[] {
    return this.parts.filter(({ isEnded }) => !isEnded);
  }

  /** Creates the cancellation of the call that is sent: cancelled when no request waits for it any more. */
  createCancellation(): Cancellation {
    this.cancellation = new Cancellation();
    return this.cancellation;
  }
}

/** The calls of one kind that were not sent yet. */
export class OpenCalls<T> {
  private readonly calls: JoinedCall<T>[] = [];
  /** The call of each key; undefined while one read has all calls. */
  private callOf: Map<string, JoinedCall<T>> | undefined;

  constructor(private readonly create: () => JoinedCall<T>) {}

  get isEmpty(): boolean {
    return this.calls.length === 0;
  }

  /** Adds the keys of a read to the calls that have them or have room, and to new calls. */
  add(read: JoinableRead<T>): Part<T>[] {
    if (this.calls.length > 0) this.callOf ??= this.index();
    const limits = this.isEmpty ? evenLimits(read) : read.limits;
    const parts: Part<T>[] = [];
    let part: Part<T> | undefined;
    let call: JoinedCall<T> | undefined;
    const partOf = (wanted: JoinedCall<T>) => {
      const known = wanted.parts.at(-1);
      if (known?.read === read) return known;
      const added = new Part(read, wanted);
      wanted.enter(added);
      parts.push(added);
      return added;
    };
    if (read.keys.length === 0) partOf(this.calls[0] ?? this.open());
    for (const key of read.keys) {
      const wanted = this.callOf?.get(key) ?? this.callFor(limits, key);
      if (wanted !== call || part === undefined) part = partOf(wanted);
      call = wanted;
      part.keys.push(key);
    }
    return parts;
  }

  /** Removes a call that is being sent. */
  remove(call: JoinedCall<T>): void {
    const place = this.calls.indexOf(call);
    if (place < 0) return;
    this.calls.splice(place, 1);
    if (this.isEmpty) this.callOf = undefined;
    if (this.callOf === undefined) return;
    for (const { keys } of call.parts) for (const key of keys) this.callOf.delete(key);
  }

  private callFor(limits: CallLimits, key: string): JoinedCall<T> {
    const last = this.calls.at(-1);
    const call = last?.hasRoom(limits, key) ? last : this.open();
    call.reserve(key);
    this.callOf?.set(key, call);
    return call;
  }

  private open(): JoinedCall<T> {
    const call = this.create();
    this.calls.push(call);
    return call;
  }

  private index(): Map<string, JoinedCall<T>> {
    const callOf = new Map<string, JoinedCall<T>>();
    for (const call of this.calls)
      for (const { keys } of call.parts) for (const key of keys) callOf.set(key, call);
    return callOf;
  }
}

/** Limits that spread the keys of a read evenly over the fewest calls. */
function evenLimits<T>({ keys, limits: { maxKeys, maxBytes } }: JoinableRead<T>): CallLimits {
  let bytes = 0;
  for (const key of keys) bytes += key.length + 1;
  const calls = Math.ceil(Math.max(keys.length / maxKeys, bytes / maxBytes));
  return { maxKeys: Math.ceil(keys.length / calls), maxBytes };
}
