import { type Dispatcher, Pool } from 'undici';
import { Garbled, Unreachable } from './errors.ts';

/** One HTTP request as it goes on the wire. */
export interface WireRequest {
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  /** Path and query, already encoded, without the base path of the API. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For this one request, its body included. */
  readonly timeoutMs: number;
  /** Each of them ends the request. */
  readonly signals: readonly AbortSignal[];
}

/** One HTTP answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One try: an answer of whatever status, or Unreachable, or Garbled where the body is absurdly large. */
export type Send = (request: WireRequest) => Promise<WireAnswer>;

/** Sends requests and keeps their connections. */
export interface Transport {
  readonly send: Send;
  stop(): Promise<void>;
}

const maxBodyBytes = 64 * 1024 * 1024;

/**
 * A transport over keep-alive connections to one origin. It repeats nothing and follows no redirect: a token must not
 * travel to another host.
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
    send: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new Exchange(request, resolve, reject);
        if (exchange.isOver) return;
        pool.dispatch(
          {
            method: request.method,
            path: pathname + request.target,
            headers: { accept: 'application/json', ...request.headers },
            body: request.body ?? null,
          },
          exchange,
        );
      }),
    stop: () => pool.destroy(),
  };
}

/**
 * One request and its answer. `pool.dispatch` with a handler costs a third of what `fetch` does, and it tells the one thing
 * that matters for a change: `onRequestStart` comes before the first byte is written, so without it nothing was sent.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private status = 0;
  private headers: WireAnswer['headers'] = {};
  private over = false;
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort = () => this.fail('aborted', 'the client has gone');

  constructor(
    private readonly request: WireRequest,
    private readonly resolve: (answer: WireAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(() => this.fail('timeout', 'no answer in time'), request.timeoutMs);
    for (const signal of request.signals) signal.addEventListener('abort', this.onAbort, { once: true });
    if (request.signals.some(({ aborted }) => aborted)) this.onAbort();
  }

  /** True once it has succeeded, failed or been given up. */
  get isOver(): boolean {
    return this.over;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, it keeps the request from being written; aborted, it would cost the connection too.
    if (this.over) throw new Error('over before it began');
    this.controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: WireAnswer['headers']): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > maxBodyBytes)
      this.end(() => this.reject(new Garbled(this.request.operation, 'body too large')), true);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.chunks).toString('utf8');
    this.end(() => this.resolve({ status: this.status, headers: this.headers, body }));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    this.fail(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'unavailable', code);
  }

  private fail(reason: 'timeout' | 'unavailable' | 'aborted', detail: string): void {
    const surelyNotSent = this.controller === undefined;
    this.end(
      () => this.reject(new Unreachable(this.request.operation, reason, surelyNotSent, detail)),
      reason !== 'unavailable',
    );
  }

  private end(complete: () => void, abort = false): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    for (const signal of this.request.signals) signal.removeEventListener('abort', this.onAbort);
    complete();
    if (abort) this.controller?.abort(new Error('given up'));
  }
}
