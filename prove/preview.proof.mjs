import { allResults, bulkEnd, spread, startBulk } from './bulk.mjs';
import { openIndex } from './fleet-database.mjs';
import { createFleetWorld } from './fleet-world.mjs';
import { embeddedUrl } from './ledger.mjs';
import { query, startGateway, startSandbox, temporaryFolder } from './programs.mjs';

/** Number of SIMs; a smaller number shows quickly whether the proof runs. */
const size = Number(process.env.PROVE_PREVIEW_SIMS ?? 200_000);

export const name = `a preview of ${size.toLocaleString('en-US')} SIMs, and then the change`;

const previews = 7;
const states = ['LIVE', 'TEST', 'ACTIVE_READY', 'OFFLINE', 'SHIPPING', 'CLOSED', 'UNKNOWN'];
const input = { action: 'SUSPEND', target: { filter: { states } }, waitUntilSettled: false };
const previewText = `query ($input: StartBulkOperationInput!) { previewChange(input: $input) {
  total alreadyApplied refused refusals { code count exampleIccid } toSend likelyRefused upstreamCalls } }`;

export async function run() {
  const sandbox = await startSandbox(10);
  const folder = temporaryFolder();
  try {
    const world = await createFleetWorld(sandbox.url, size, { rate: 1 });
    const gateway = await startGateway(sandbox.url, {
      ...world.env,
      DATA_DIR: folder.path,
      // One full sync. After that the index polls SIMs in transition only.
      FLEET_SYNC_INTERVAL_MS: '86400000',
      FLEET_CALLS_PER_SECOND: '10',
      BULK_CALLS_PER_SECOND: '100000',
    });
    const index = await openIndex(embeddedUrl(folder.path));
    try {
      await index.syncedAfter(null);
      return linesOf(await measure(gateway.url, world));
    } finally {
      await index.end();
      await gateway.stop();
    }
  } finally {
    folder.remove();
    await sandbox.stop();
  }
}

async function measure(url, world) {
  await world.clear('calls', 'effects');
  const took = [];
  let preview;
  for (let run = 0; run < previews; run++) {
    const startedAt = performance.now();
    preview = (await query(url, previewText, { input })).previewChange;
    took.push(performance.now() - startedAt);
  }
  const previewCalls = await world.callsByPath();
  const { total: previewEffects } = await world.effectCounts('/suspend');
  await world.clear('calls');
  const { id } = await startBulk(url, input);
  const ended = await bulkEnd(() => url, id, { everyMs: 500, timeoutMs: 3_600_000 });
  const byPath = await world.callsByPath();
  const codes = {};
  for (const { error } of await allResults(url, id, ['FAILED', 'UNKNOWN', 'NOT_SENT']))
    codes[error.code] = (codes[error.code] ?? 0) + 1;
  return { took, preview, previewCalls, previewEffects, ended, byPath, codes };
}

const callsText = (byPath) =>
  Object.entries(byPath)
    .map(([path, count]) => `${path} ${count}`)
    .join(', ') || 'none';

function linesOf({ took, preview, previewCalls, previewEffects, ended, byPath, codes }) {
  const { median, max } = spread(took);
  const foretold = Object.fromEntries(preview.refusals.map(({ code, count }) => [code, count]));
  const calls = Object.values(byPath).reduce((sum, count) => sum + count, 0);
  const byCode = [...new Set([...Object.keys(foretold), ...Object.keys(codes)])].map((code) => ({
    what: `${code}: SIMs that the preview is sure of; SIMs of the change; difference, refused by the SIM API only`,
    measured: `${foretold[code] ?? 0}; ${codes[code] ?? 0}; ${(codes[code] ?? 0) - (foretold[code] ?? 0)}`,
    holds: (codes[code] ?? 0) >= (foretold[code] ?? 0),
  }));
  return [
    {
      what: `preview of ${preview.total} SIMs by filter, ${took.length} times: median and longest time`,
      measured: `${Math.round(median)} ms; ${Math.round(max)} ms`,
      holds: preview.total === preview.alreadyApplied + preview.refused + preview.toSend,
    },
    {
      what: 'preview: calls of the SIM API; changes that the sandbox has seen',
      measured: `${callsText(previewCalls)}; ${previewEffects}`,
      holds: previewEffects === 0,
    },
    {
      what: 'preview: already as requested; refused without a call; to be sent; of these probably refused; calls if the SIM API refuses none',
      measured: `${preview.alreadyApplied}; ${preview.refused}; ${preview.toSend}; ${preview.likelyRefused}; ${preview.upstreamCalls}`,
      holds: true,
    },
    {
      what: 'change: time; SUCCEEDED, FAILED, UNKNOWN, NOT_SENT; SIMs sent, which the preview has as to be sent',
      measured: `${((Date.parse(ended.finishedAt) - Date.parse(ended.createdAt)) / 1000).toFixed(1)} s; ${ended.succeeded}, ${ended.failed}, ${ended.unknown}, ${ended.notSent}; ${ended.sent}`,
      holds: ended.total === preview.total && ended.sent === preview.toSend,
    },
    ...byCode,
    {
      what: 'change: calls by path, with those that find the SIMs that the SIM API refuses and up to ten polls of the index a second; more than in the preview',
      measured: `${callsText(byPath)}; ${calls - preview.upstreamCalls}`,
      holds: calls >= preview.upstreamCalls,
    },
  ];
}
