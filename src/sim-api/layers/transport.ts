import { type Dispatcher, Pool } from 'undici';
import { Garbled, Unreachable } from '../errors.ts';
import type { PendingCall } from '../pending-call.ts';
import type { Dispatch } from './layer.ts';

/** An HTTP answer, read completely. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Transport {
  /**
   * Returns the end of a pipeline: it sends a call and returns what `interpret` makes of the answer, which may have any status. Errors:
   * those of `interpret`; Unreachable; Garbled if the body exceeds 64 MiB.
   */
  dispatch<T>(interpret: Interpret<T>): Dispatch<T>;
  /** Ends all calls that are running. */
  stop(): Promise<void>;
}

type Interpret<T> = (call: PendingCall, answer: HttpAnswer) => T;

const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Creates a transport over keep-alive connections to one origin. It does not retry and follows no redirect: a token must not reach another
 * host.
 */
export function createTransport(baseUrl: string, connections: number, connectTimeoutMs: number): Transport {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    dispatch: (interpret) => (call) =>
      new Promise((resolve, reject) => {
        const { method, options, token } = call;
        options.trace.upstreamCalls++;
        pool.dispatch(
          {
            method,
            path: pathname + options.target,
            headers: method === 'POST' ? formHeaders : { accept: json, authorization: `Bearer ${token}` },
            body: options.body ?? null,
          },
          new Exchange(call, interpret, resolve, reject),
        );
      }),
    stop: () => pool.destroy(),
  };
}

const json = 'application/json';
/** Only the token call posts. */
const formHeaders = { accept: json, 'content-type': 'application/x-www-form-urlencoded' };

/**
 * One sending and its answer. `pool.dispatch` with a handler costs a third of `fetch`, and it shows whether a change was sent: undici calls
 * `onRequestStart` before it writes the first byte, so without that call nothing was sent.
 */
class Exchange<T> implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private status = 0;
  private headers: HttpAnswer['headers'] = {};
  private isOver = false;
  private readonly timer: NodeJS.Timeout;
  private readonly onCancel: (() => void) | undefined;

  constructor(
    private readonly call: PendingCall,
    private readonly interpret: Interpret<T>,
    private readonly resolve: (answer: T) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.timer = setTimeout(() => this.fail('timeout', 'no answer within the timeout'), call.timeoutMs);
    // No listener for the stop of the client: it ends all exchanges by `pool.destroy`.
    if (call.cancellation === undefined) return;
    this.onCancel = () => this.fail('aborted', 'the answer is no longer needed');
    call.cancellation.subscribe(this.onCancel);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Throwing here keeps the request from being written; an abort would also close the connection.
    if (this.isOver) throw new Error('request ended before it was sent');
    this.controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= maxBodyBytes) this.chunks.push(chunk);
    else if (this.end()) {
      this.reject(new Garbled(this.call.operation, 'body too large'));
      this.abort();
    }
  }

  onResponseEnd(): void {
    if (!this.end()) return;
    const [first = empty, second] = this.chunks;
    const body = (second === undefined ? first : Buffer.concat(this.chunks)).toString('utf8');
    try {
      this.resolve(this.interpret(this.call, { status: this.status, headers: this.headers, body }));
    } catch (error) {
      this.reject(error);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    // The stop destroys the connections. A change that it cuts off has an unclear outcome, so it stays `unavailable`.
    const isStoppedRead = this.call.method !== 'PUT' && this.call.isUnwanted;
    if (isStoppedRead) this.fail('aborted', 'the gateway stops');
    else this.fail(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'unavailable', code);
  }

  private fail(reason: 'timeout' | 'unavailable' | 'aborted', detail: string): void {
    if (!this.end()) return;
    const surelyNotSent = this.controller === undefined;
    this.reject(new Unreachable(this.call.operation, reason, surelyNotSent, detail));
    if (reason !== 'unavailable') this.abort();
  }

  /** False if the exchange has ended before. */
  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    clearTimeout(this.timer);
    if (this.onCancel !== undefined) this.call.cancellation?.unsubscribe(this.onCancel);
    return true;
  }

  private abort(): void {
    this.controller?.abort(new Error('request abandoned'));
  }
}

const empty = Buffer.alloc(0);
