import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from './base/config-error.ts';
import { isLoopbackAddress, servesEveryName } from './base/host-rule.ts';
import { createLog, type Log } from './base/log.ts';
import { createLogDestination, type LogDestination } from './base/log-destination.ts';
import { StopStack } from './base/stop-stack.ts';
import { type Config, oldSettings, readConfig, similarVariables } from './config.ts';
import { StoreError } from './store/index.ts';
import { startSupervisor } from './supervisor.ts';
import { isStopOrder, type Listening, WorkerFailed } from './workers.ts';

/** Delay after the last stop step before the process exits, even if handles are still open. */
const exitDelayMs = 500;

const standardOutput = 1;

/**
 * V8 starts a full garbage collection when the heap has grown by this percentage since the last one. By default it lets the heap grow to
 * several times its live size. This is no limit: a heap may become as large as it needs to be.
 */
const heapGrowingPercent = 50;

/** Starts the gateway, or with WORKERS > 1 its workers, reports its URL, and stops it on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  const config = readConfig();
  const output = createLogDestination(standardOutput);
  const { worker } = cluster;
  const log = createLog(config.logLevel, output, worker && { worker: worker.id });
  if (worker === undefined) warn(config, log);
  const stops = new StopStack();
  let stopping = false;
  // A connection whose peer does not answer would keep the process alive forever.
  const exitSoon = () => setTimeout(() => exit(output), exitDelayMs).unref();
  const stop = () => {
    if (stopping) return;
    stopping = true;
    stops
      .stop(config.shutdownGraceMs)
      .then(
        () => log.info({}, 'gateway stopped'),
        (error: Error) => {
          log.error({ stack: error.stack }, 'gateway stopped with an error');
          process.exitCode = 1;
        },
      )
      .finally(exitSoon);
  };
  const fail = (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    stop();
  };
  const message = await start(config, { output, log, stops, fail }).catch(async (error: unknown) => {
    await stops.stop(0).catch(() => undefined);
    exitSoon();
    throw error;
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (worker !== undefined) process.on('message', (message) => isStopOrder(message) && stop());
  releaseChannel();

  // Reports to a parent process, or prints the URL for a user. This comes last, because both may stop the gateway at once.
  if (process.send !== undefined) process.send(message);
  else output.write(`SIM Gateway at ${message.listening}/graphql\n`);
}

/** Logs what an operator should change in the settings. */
function warn({ host, allowedHosts, auth }: Config, log: Log): void {
  for (const { name, currentName } of oldSettings())
    log.warn({ name, currentName }, 'a setting has a new name; the old one is read through 0.2.x');
  for (const { name, resembles } of similarVariables())
    log.warn({ name, resembles }, 'an environment variable is not a setting, but resembles one');
  if (auth.methods.length === 0 && !isLoopbackAddress(host))
    log.warn(
      { host },
      'HOST is not a loopback address, and AUTH is none: every caller who can reach this address can change and close SIMs',
    );
  if (auth.methods.length === 0 && isLoopbackAddress(host) && allowedHosts !== undefined)
    log.warn(
      { host },
      'ALLOWED_HOSTS is set, and AUTH is none: every caller whom a proxy lets through can change and close SIMs',
    );
  if (servesEveryName({ host, allowed: allowedHosts }))
    log.warn({ host }, 'ALLOWED_HOSTS is not set: requests to any host name are served');
}

interface Surroundings {
  readonly output: LogDestination;
  readonly log: Log;
  readonly stops: StopStack;
  /** Stops the program with an error after it has started. */
  readonly fail: (error: Error) => void;
}

/** Starts the supervisor of several workers, or one gateway in this process. */
async function start(config: Config, { output, log, stops, fail }: Surroundings): Promise<Listening> {
  if (config.workers > 1 && cluster.isPrimary) return startSupervisor(config, { output, log, stops, fail });
  // A supervisor does not load the modules of the gateway.
  const { startModules } = await import('./compose.ts');
  return startModules(config, log, stops);
}

/** The channel to the supervisor must not keep a worker alive that has stopped or could not start. */
function releaseChannel(): void {
  if (cluster.isWorker) process.channel?.unref();
}

/** Ends the process even if handles are still open. */
function exit(output: LogDestination): void {
  if (output.isWriting()) process.kill(process.pid, 'SIGKILL');
  process.exit();
}

/** What to do about an error of `listen`. */
const addressAdvice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already: set PORT to a free one, or to 0',
  EACCES: 'this user may not listen on PORT: set it to 1024 or more',
  EADDRNOTAVAIL: 'HOST is not an address of this machine',
  ENOTFOUND: 'HOST is not a name or an address of this machine',
  EAI_AGAIN: 'the name in HOST cannot be resolved',
};

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError || error instanceof WorkerFailed)
    return error.message;
  if (!(error instanceof Error)) return 'The gateway could not start.';
  const advice = 'code' in error ? addressAdvice[String(error.code)] : undefined;
  if (advice !== undefined) return `The gateway could not start: ${advice} (${error.message}).`;
  return `The gateway could not start: ${error.stack}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
  releaseChannel();
});
