/**
 * Takes part in a leader election, as a process that a test can freeze:
 *
 *   node test/support/leader.mjs <database url> <name> <lease in ms>
 *
 * Prints "leads" and "ends" when its leadership begins and ends, and each error that it logs. Exits when its standard input ends,
 * with no open handles left.
 */
import { startLeadership } from '../../dist/store/leadership.js';
import { openStore } from '../../dist/store/store.js';

const [url, name, leaseMs] = process.argv.slice(2);
const ignore = () => {};
const log = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: (fields, message) => process.stdout.write(`${message} ${JSON.stringify(fields)}\n`),
};
const store = await openStore({ dataDir: '', url, migrationUrl: null, maxConnections: 1 }, log);

async function lead(signal) {
  process.stdout.write('leads\n');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  process.stdout.write('ends\n');
}

const leadership = startLeadership(store, { name, leaseMs: Number(leaseMs) }, lead, log);
process.stdin
  .on('end', async () => {
    await leadership.stop();
    await store.stop();
  })
  .resume();
