import cluster, { type Worker } from 'node:cluster';
import { createInterface } from 'node:readline';
import { type Backoff, backoffMs, sleep } from './base/backoff.ts';
import type { Log } from './base/log.ts';
import type { LogDestination } from './base/log-destination.ts';

/** A worker ended before it listened. It has printed the reason to stderr. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

/** The message of a gateway to its parent process when it serves requests. */
export interface Listening {
  /** Its URL. */
  readonly listening: string;
  /** Whether its database has not answered since the start. */
  readonly isDatabaseAway: boolean;
}

/** The message on which a worker stops. On Windows a signal would kill it. */
const stopOrder = { stop: true };

/** Whether a message of the supervisor orders this worker to stop. */
export function isStopOrder(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'stop' in message;
}

/** Delay before an ended worker is replaced. */
const restartPauses: Backoff = { firstMs: 100, maxMs: 30_000 };
/** A worker that ends after it has listened for this time is replaced after the shortest delay. */
const stableMs = 60_000;
/** Number of workers in a row, at all places, that may end before they listen. */
const maxFailedStarts = 5;

export interface WorkersOptions {
  readonly count: number;
  /** The port that all workers share; 0: a free one. */
  readonly port: number;
  /** Environment variables of the workers, in addition to those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives the log lines of the workers. */
  readonly output: LogDestination;
}

/** Child processes that run this program and share its port. */
export interface Workers {
  /** Starts them. Resolves to the message of the first when all of them listen. Errors: WorkerFailed. */
  start(): Promise<Listening>;
  /** Resolves if an ended worker cannot be replaced after `start`, because several in a row have ended before they listened. */
  readonly failed: Promise<WorkerFailed>;
  /** Orders them to stop; none is replaced any more. Resolves when all have ended. Errors: a plain Error if one has failed to stop. */
  stop(): Promise<void>;
  /** Kills those that still run. Resolves when all have ended. */
  kill(): Promise<void>;
}

/** The exit code or the signal of an ended worker. */
type End = number | string;

/** Creates the workers of a supervisor. Starts none before `start`. */
export function createWorkers({ count, port, env, output }: WorkersOptions, log: Log): Workers {
  const running = new Map<Worker, Promise<End>>();
  /** The workers that listen, with their PORT. */
  const listening = new Map<Worker, string>();
  const stopping = new AbortController();
  let sharedUrl: string | null = null;
  let failedStarts = 0;
  let reportFailure: (error: WorkerFailed) => void = () => undefined;
  const failed = new Promise<WorkerFailed>((resolve) => {
    reportFailure = resolve;
  });
  cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });

  /** PORT=0 stands for the shared port only while a worker with PORT=0 listens; after that it would choose another one. */
  function nextPort(): string {
    const [siblingPort] = listening.values();
    if (siblingPort !== undefined) return siblingPort;
    return port === 0 && sharedUrl !== null ? new URL(sharedUrl).port : String(port);
  }

  function fork(): { worker: Worker; ownPort: string; ended: Promise<End> } {
    const ownPort = nextPort();
    const worker = cluster.fork({ ...env, PORT: ownPort });
    const ended = endOf(worker);
    running.set(worker, ended);
    forwardLines(worker, output);
    ended.then(() => running.delete(worker) && listening.delete(worker));
    return { worker, ownPort, ended };
  }

  /** Runs a worker, and another one each time it ends. Calls `onListening` when one listens. Errors: WorkerFailed. */
  async function occupy(onListening: (message: Listening) => void): Promise<void> {
    for (let quickEnds = 0; ; ) {
      const { worker, ownPort, ended } = fork();
      const message = await Promise.race([listeningOf(worker), ended.then(() => null)]);
      const url = message?.listening ?? null;
      const sinceMs = performance.now();
      if (url !== null && sharedUrl !== null && url !== sharedUrl) {
        // The workers that listened with PORT=0 have ended while it started.
        orderStop(worker);
      } else if (message !== null) {
        failedStarts = 0;
        listening.set(worker, ownPort);
        onListening(message);
      }
      const end = await ended;
      if (stopping.signal.aborted) return;
      // The errors of the first worker, such as a login that the database refuses, are those of all.
      if (url === null && ++failedStarts >= (sharedUrl === null ? 1 : maxFailedStarts))
        throw new WorkerFailed(`Worker ${worker.id} ended (${end}) before it listened: the gateway stops.`);
      quickEnds = performance.now() - sinceMs < stableMs ? quickEnds + 1 : 1;
      const waitMs = backoffMs(quickEnds - 1, restartPauses);
      log.error({ ended: worker.id, end, waitMs }, 'a worker ended unexpectedly: starting another');
      await sleep(waitMs, stopping.signal);
      if (stopping.signal.aborted) return;
    }
  }

  /** Resolves when the first worker of this place listens. Errors: WorkerFailed. */
  function startPlace(): Promise<Listening> {
    return new Promise((resolve, reject) => {
      occupy(resolve).catch((error: WorkerFailed) => {
        reject(error);
        reportFailure(error);
      });
    });
  }

  /** Waits until all have ended. Errors: a plain Error if one that listened did not end with exit code 0. */
  async function allEnded(): Promise<void> {
    const ends = await Promise.all(
      [...running].map(async ([worker, end]) => ({
        id: worker.id,
        wasListening: listening.has(worker),
        end: await end,
      })),
    );
    const bad = ends.find(({ wasListening, end }) => wasListening && end !== 0);
    if (bad !== undefined) throw new Error(`worker ${bad.id} did not stop as ordered (${bad.end})`);
  }

  let stopped: Promise<void> | undefined;
  function stopAll(): Promise<void> {
    stopping.abort();
    for (const worker of running.keys()) {
      if (listening.has(worker)) orderStop(worker);
      // It does not take orders yet.
      else worker.process.kill();
    }
    return allEnded();
  }

  return {
    async start() {
      // The first worker also migrates the tables.
      const first = await startPlace();
      sharedUrl = first.listening;
      await Promise.all(Array.from({ length: count - 1 }, startPlace));
      return first;
    },
    failed,
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
    async kill() {
      for (const worker of running.keys()) worker.process.kill('SIGKILL');
      await Promise.all(running.values());
    },
  };
}

function orderStop(worker: Worker): void {
  worker.send(stopOrder, () => undefined);
}

/** Resolves when a worker has ended, or if it could not be started. */
function endOf(worker: Worker): Promise<End> {
  return new Promise((resolve) => {
    worker.once('exit', (code: number, signal: string | null) => resolve(signal ?? code));
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) resolve(error.message);
    });
  });
}

/** Resolves when a worker listens. */
function listeningOf(worker: Worker): Promise<Listening> {
  return new Promise((resolve) => {
    worker.on('message', (message: Listening) => {
      if (typeof message.listening === 'string') resolve(message);
    });
  });
}

/** Writes the log of a worker line by line: lines that several processes write to one pipe may mix. */
function forwardLines(worker: Worker, output: LogDestination): void {
  const { stdout } = worker.process;
  // Undefined if the process could not be started because too many files are open.
  if (stdout != null) createInterface(stdout).on('line', (line) => output.write(`${line}\n`));
}
