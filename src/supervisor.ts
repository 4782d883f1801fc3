import type { Log } from './base/log.ts';
import type { LogDestination } from './base/log-destination.ts';
import type { StopStack } from './base/stop-stack.ts';
import { within } from './base/within.ts';
import type { Config } from './config.ts';
import { openAdminToken, startDatabase } from './store/index.ts';
import { createWorkers, type Listening, type WorkerFailed } from './workers.ts';

/** Time in which a worker records open work after its grace period, before it is killed. */
const lateStopMs = 8000;

interface Supervised {
  /** Receives the log of the supervisor and of its workers. */
  readonly output: LogDestination;
  readonly log: Log;
  readonly stops: StopStack;
  /** Called after the start if the program must stop, because a worker that has ended cannot be replaced. */
  readonly fail: (error: WorkerFailed) => void;
}

/**
 * Starts `workers` gateways as child processes, and the embedded database if there is no DATABASE_URL. The gateways share the port; they
 * use the database as replicas do. Pushes the stop steps on `stops`. Resolves when all of them listen.
 * Errors: StoreError, WorkerFailed.
 */
export async function startSupervisor(
  { workers: count, store, port, auth }: Config,
  { output, log, stops, fail }: Supervised,
): Promise<Listening> {
  const database = store.url === null ? await startDatabase(store, count, log) : null;
  if (database !== null) stops.push(() => database.stop());
  const needsToken = database !== null && auth.methods.includes('apikey') && auth.adminToken === null;
  const env = {
    // The role of the embedded database owns its tables.
    ...(database !== null && { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: '' }),
    ...(needsToken && { ADMIN_TOKEN: openAdminToken(store.dataDir, log) }),
  };
  const workers = createWorkers({ count, port, env, output }, log);
  stops.push(async () => {
    await within(
      lateStopMs,
      workers.stop().catch(() => undefined),
      undefined,
    );
    await workers.kill();
  });
  stops.pushDrain(() => workers.stop());
  const first = await workers.start();
  workers.failed.then(fail);
  log.info({ url: first.listening, workers: count }, 'all workers listen');
  return first;
}
