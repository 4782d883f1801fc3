/**
 * Creates the tables of the gateway in a database, so that tests can copy it:
 *
 *   node test/support/template.mjs <database url>
 */
import { openStore } from '../../dist/store/store.js';

const [url] = process.argv.slice(2);
const ignore = () => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const store = await openStore({ dataDir: '', url, migrationUrl: null, maxConnections: 1 }, log);
await store.stop();
