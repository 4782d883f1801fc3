import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { createLog } from './base/log.ts';
import { createLogDestination, type LogDestination } from './base/log-destination.ts';
import { ConfigError, readConfig } from './config.ts';
import { startGateway } from './gateway/gateway.ts';
import { openAccount } from './store/accounts.ts';
import { StoreError } from './store/embedded/errors.ts';
import { openStore } from './store/store.ts';

/** What is still open so long after everything was stopped is left to the system. */
const lastMomentMs = 500;

const standardOutput = 1;

/** The build puts the GraphiQL page beside this program. */
const graphiqlDir = fileURLToPath(new URL('graphiql', import.meta.url));

/** Starts the gateway, says where it answers, and stops it in order when it is told to. */
async function main(): Promise<void> {
  const config = readConfig();
  const output = createLogDestination(standardOutput);
  const log = createLog(config.logLevel, output);
  const { account } = config.simApi;
  const store = await openStore(
    { ...config.store, onReady: (db) => openAccount(db, account, config.store.adoptAccount, log) },
    log,
  );
  const gateway = await startGateway(config, store, log, graphiqlDir).catch(async (error: unknown) => {
    await store.stop();
    throw error;
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const stopInOrder = async () => {
      await gateway.stop();
      await store.stop();
    };
    stopInOrder()
      .then(
        () => log.info({}, 'gateway stopped'),
        (error: Error) => {
          log.error({ stack: error.stack }, 'gateway did not stop in order');
          process.exitCode = 1;
        },
      )
      // A connection that its other end does not answer on would keep the program alive for ever.
      .finally(() => setTimeout(() => exit(output), lastMomentMs).unref());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  // A program that started this one is told; a person reads it. Last, since whoever is told may stop us at once.
  if (process.send !== undefined) process.send({ listening: gateway.url });
  else output.write(`SIM Gateway at ${gateway.url}/graphql\n`);
}

/** Ends the process though something is still open. */
function exit(output: LogDestination): void {
  if (output.isWriting()) process.kill(process.pid, 'SIGKILL');
  process.exit();
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (!(error instanceof Error)) return 'The gateway could not start.';
  if ('code' in error && error.code === 'EADDRINUSE')
    return `The gateway could not start: another program listens there already (${error.message}). Set PORT to a free one, or to 0.`;
  return `The gateway could not start: ${error.stack}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
});
