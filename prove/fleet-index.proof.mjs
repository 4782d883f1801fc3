import { spread } from './bulk.mjs';
import { measureCsv } from './fleet-csv.mjs';
import { ms, timed } from './fleet-measure.mjs';
import { openPlans } from './fleet-plans.mjs';
import { answerBig, askBig, plantMatches, questionsOf } from './fleet-questions.mjs';
import { measureSync } from './fleet-sync.mjs';
import { chunksOf, createFleetWorld } from './fleet-world.mjs';
import { embeddedUrl } from './ledger.mjs';
import { startSandbox, temporaryFolder } from './programs.mjs';

export const name = 'the index of 100,000 and 1,000,000 SIMs';

const sizes = (process.env.PROOF_SIMS ?? '100000,1000000').split(',').map(Number);
const changed = 100;

export async function run() {
  const lines = [];
  for (const size of sizes) {
    const title = size.toLocaleString('en');
    for await (const line of linesFor(size)) {
      process.stdout.write(`  ${title}: ${line.what}: ${line.measured}\n`);
      lines.push({ holds: true, ...line, what: `${title}: ${line.what}` });
    }
  }
  return lines;
}

async function* linesFor(size) {
  const sandbox = await startSandbox(10);
  const folder = temporaryFolder();
  let sync = null;
  try {
    const world = await createFleetWorld(sandbox.url, size);
    const simApi = await world.simApi();
    const list = await simApi.list();
    await plantMatches(world, list, simApi.usedBytes);
    const iccids = list.map(({ iccid }) => iccid);
    const minCalls = {
      '/get_account_sims': Math.ceil(size / 1000),
      '/get_sim_costs': chunksOf(iccids).length,
    };
    const again = async () => {
      await sync?.stop();
      sync = await measureSync(sandbox, world, folder.path, sync);
      return sync;
    };
    yield* syncLines('first sync', await again(), minCalls);
    yield diskLine(await sync.index.sizes());
    yield* syncLines('sync without changes', await again(), {
      '/get_account_sims': minCalls['/get_account_sims'],
    });
    const every = Math.floor(size / changed);
    for (let number = 0; number < changed; number++)
      await world.patchSim(iccids[number * every], { name: `changed ${number}`, group: 'Changed' });
    yield* syncLines(
      `sync with ${changed} changed SIMs`,
      await again(),
      { '/get_account_sims': minCalls['/get_account_sims'] },
      changed,
    );
    yield* questionLines(sync.gateway.url, size, world, embeddedUrl(folder.path));
    yield csvLine(await measureCsv(sync.gateway, folder.path), size);
    yield* upstreamLines(sync.gateway.url, size, world);
    yield {
      what: 'errors in the log of the gateway',
      measured: String(sync.gateway.faults.length),
      holds: sync.gateway.faults.length === 0,
    };
  } finally {
    await sync?.stop();
    await sandbox.stop();
    folder.remove();
  }
}

const countsText = (byPath) =>
  Object.entries(byPath)
    .map(([path, count]) => `${path} ${count}`)
    .join(', ') || 'none';

function* syncLines(
  what,
  { tookMs, listensMs, byPath, cpu, rows, logMegabytes, peak },
  minCalls,
  rowsExpected = null,
) {
  yield {
    what: `${what}: time; calls; the minimum; CPU time of the gateway, of PostgreSQL, of the sandbox`,
    measured: `${ms(tookMs)} (the gateway listens after ${ms(listensMs)}); ${countsText(byPath)}; ${countsText(minCalls)}; ${cpu.map((each) => `${each.toFixed(1)} s`).join(', ')}`,
  };
  yield {
    what: `${what}: rows written; WAL of the database; peak memory of the gateway (RSS) and of PostgreSQL (PSS), idle before`,
    measured: `${rows}; ${logMegabytes.toFixed(0)} MB; ${peak.gateway} MB, ${peak.postgres} MB (${peak.before.gateway}, ${peak.before.postgres})`,
    holds: rowsExpected === null || rows === rowsExpected,
  };
}

function diskLine({ database, sims, indexes }) {
  const all = indexes.map(({ name: index, megabytes }) => `${index} ${megabytes.toFixed(0)}`).join(', ');
  return {
    what: 'disk usage after the first sync: the database; the SIM table; its indexes',
    measured: `${database.toFixed(0)} MB; ${sims.toFixed(0)} MB; ${all}`,
  };
}

const short = ({ took, failure }) => {
  if (failure !== null) return `**${failure}** after ${ms(took.at(-1))}`;
  const { count, median, p99, max } = spread(took);
  return `${ms(median)}, ${ms(p99)} (the first ${ms(took[0])}, the longest ${ms(max)}, ${count} times)`;
};

async function* questionLines(url, size, world, databaseUrl) {
  const plans = await openPlans(databaseUrl);
  try {
    const { pages, counts } = await questionsOf(url, size / 2, plans.cursorAt);
    for (const page of pages) {
      await world.clear('calls');
      const counted = await timed(url, page.counted, page.variables);
      const uncounted = await timed(url, page.uncounted, page.variables);
      const calls = countsText(await world.callsByPath());
      const total = counted.data?.sims.totalCount;
      yield {
        what: `${page.title}: matching SIMs; median and p99 with totalCount; without; calls of the SIM API`,
        measured: `${total}; ${short(counted)}; ${short(uncounted)}; ${calls}`,
        holds: counted.failure === null && uncounted.failure === null && calls === 'none',
      };
      yield* planLines(page.title, () => plans.ofPage(page));
    }
    for (const { title, text, variables, callsUpstream } of counts) {
      await world.clear('calls');
      const seen = await timed(url, text, variables);
      const calls = countsText(await world.callsByPath());
      yield {
        what: `${title}: median and p99; calls of the SIM API`,
        measured: `${short(seen)}; ${calls}`,
        holds: seen.failure === null && (callsUpstream || calls === 'none'),
      };
      yield* planLines(title, () =>
        callsUpstream ? plans.ofGroup('Meters') : plans.ofSummary(variables.filter),
      );
    }
  } finally {
    await plans.end();
  }
}

async function* planLines(title, plansOf) {
  const plans = await plansOf().catch((error) => [`**${error.message}**`]);
  yield { what: `${title}: plans`, measured: plans.join('; ') };
}

function csvLine(seen, size) {
  const what =
    'all SIMs as CSV: time to the first bytes; total time; bytes; rows; peak memory of the gateway (RSS) and of PostgreSQL (PSS), idle before';
  if (seen === null) return { what, measured: 'not available' };
  const { status, firstMs, tookMs, bytes, rows, peak } = seen;
  return {
    what,
    measured: `${status}, ${ms(firstMs)}; ${ms(tookMs)}; ${(bytes / 1e6).toFixed(1)} MB; ${rows}; ${peak.gateway} MB, ${peak.postgres} MB (${peak.before.gateway}, ${peak.before.postgres})`,
    holds: rows === size,
  };
}

/** The same queries without the index, as a frontend would: it reads the whole fleet from the SIM API with 10 concurrent calls. */
async function* upstreamLines(url, size, world) {
  const simApi = await world.simApi();
  const synced = async (what, answer) => {
    const calls = simApi.calls();
    const startedAt = performance.now();
    const result = await answer(await simApi.list());
    return {
      line: {
        what: `${what}, reading the SIM API with 10 concurrent calls: time; calls`,
        measured: `${ms(performance.now() - startedAt)}; ${simApi.calls() - calls}`,
      },
      result,
    };
  };
  const big = await synced('reference query', (sims) => answerBig(sims, simApi.usedBytes));
  const isSame = JSON.stringify(big.result) === JSON.stringify(await askBig(url));
  yield {
    ...big.line,
    measured: `${big.line.measured}; ${isSame ? 'the same' : 'a different'} answer`,
    holds: isSame,
  };
  if (size > 100_000) return;
  yield (
    await synced('search "scooter" by name', (sims) =>
      sims
        .filter(({ name: each }) => each?.toLowerCase().includes('scooter'))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
  ).line;
  yield (
    await synced('fleet by state and group', async (sims) => {
      const used = await simApi.usedBytes(sims.map(({ iccid }) => iccid));
      const counts = new Map();
      for (const { state, group, iccid } of sims) {
        const count = counts.get(`${group} ${state}`) ?? { count: 0, usedBytes: 0 };
        counts.set(`${group} ${state}`, {
          count: count.count + 1,
          usedBytes: count.usedBytes + (used.get(iccid) ?? 0),
        });
      }
      return counts;
    })
  ).line;
  yield (
    await synced(`by NAME, after ${(size / 2).toLocaleString('en')}`, (sims) =>
      sims
        .sort((a, b) => ((a.name ?? '\uffff') < (b.name ?? '\uffff') ? -1 : 1))
        .slice(size / 2, size / 2 + 50),
    )
  ).line;
}
