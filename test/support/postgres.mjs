/**
 * Runs the gateway's own PostgreSQL for tests, without fsync:
 *
 *   node test/support/postgres.mjs <data folder>
 *
 * Prints one JSON line {"url": …}; stops on SIGTERM, or when its standard input ends.
 */
import { startEmbedded } from '../../dist/store/embedded/embedded.js';

const say = (level) => (fields, message) =>
  process.stderr.write(`${JSON.stringify({ level, ...fields, message })}\n`);
const log = { debug: () => {}, info: say('info'), warn: say('warn'), error: say('error') };

const [dataDir] = process.argv.slice(2);
try {
  const postgres = await startEmbedded(dataDir, log, { fsync: 'off', max_connections: '200' });
  const stop = () => postgres.stop().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.stdin.on('end', stop).resume();
  // Last, because the reader may stop this process at once.
  process.stdout.write(`${JSON.stringify({ url: postgres.url })}\n`);
} catch (error) {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
