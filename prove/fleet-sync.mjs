import { openIndex } from './fleet-database.mjs';
import { databasePid, processorSeconds, watchMemory } from './fleet-measure.mjs';
import { embeddedUrl } from './ledger.mjs';
import { startGateway } from './programs.mjs';

const settings = {
  FLEET_CALLS_PER_SECOND: '100000',
  // Each gateway runs one full sync, when it starts.
  FLEET_SYNC_INTERVAL_MS: '86400000',
};

/** Starts a gateway, which runs one full sync, and returns it with the measurements; `before` is the result of an earlier gateway. */
export async function measureSync(sandbox, world, dataDir, before = null) {
  await world.clear('calls');
  const sandboxBefore = processorSeconds(sandbox.process.pid);
  const startedAt = performance.now();
  const gateway = await startGateway(sandbox.url, { ...world.env, ...settings, DATA_DIR: dataDir });
  const listensMs = performance.now() - startedAt;
  const index = await openIndex(embeddedUrl(dataDir));
  const memory = watchMemory(gateway, dataDir);
  const { beganAt, endedAt } = await index.syncedAfter(before?.beganAt ?? null);
  const peak = memory.end();
  // CPU time since their start.
  const cpu = [
    processorSeconds(gateway.process.pid),
    processorSeconds(databasePid(dataDir)),
    processorSeconds(sandbox.process.pid) - sandboxBefore,
  ];
  const byPath = await world.callsByPath();
  const written = await index.written();
  const since = (what) => written[what] - (before?.written[what] ?? 0);
  return {
    gateway,
    index,
    beganAt,
    tookMs: endedAt - beganAt,
    listensMs,
    byPath,
    cpu,
    peak,
    written,
    rows: since('inserted') + since('updated') + since('deleted'),
    logMegabytes: since('log_bytes') / 1e6,
    async stop() {
      await index.end();
      await gateway.stop();
    },
  };
}
