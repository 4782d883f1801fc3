import { spread } from './bulk.mjs';
import { measureBulk } from './bulk-measure.mjs';
import { startSandbox } from './programs.mjs';
import { changeDirectly, listDirectly, worldOf } from './world.mjs';

export const name = 'bulk operations of 10,000 to 1,000,000 SIMs';

const group = 'Bulk proof';
const other = 'Bulk proof, moved';

export async function run() {
  const sandbox = await startSandbox(1_000_000);
  try {
    const world = worldOf(sandbox.url);
    // More SIMs than needed: some are closed or in transition and are not used.
    await world.addSims(100_000);
    await world.addSims(50_000);
    await world.setBehaviour({ settleMs: { min: 0, max: 300 } });
    const { all, live } = await steadySims(sandbox.url);
    await changeDirectly(sandbox.url, '/set_group', { group }, all);
    const afterMegabytes = sandbox.megabytes();
    const taken = (count) => live.splice(0, count);
    const suspend = (iccids, waitUntilSettled = false) => ({
      iccids,
      input: { action: 'SUSPEND', target: { list: iccids.join('\n') }, waitUntilSettled },
    });
    const moved = { action: 'SET_GROUP', params: { group: other }, waitUntilSettled: false };
    const runs = [
      { title: '10,000 by list until settled', ...suspend(taken(10_000), true) },
      { title: '10,000 by list', ...suspend(taken(10_000)) },
      { title: '100,000 by list', ...suspend(taken(100_000)) },
      { title: '100,000 by list, three gateways', replicas: 3, ...suspend(taken(100_000)) },
      { title: '1,000,000 by group', iccids: all, enumerated: true, input: { ...moved, target: { group } } },
      {
        title: '1,000,000 by list, all already in that state',
        iccids: all,
        areSo: true,
        input: { ...moved, target: { list: all.join('\n') } },
      },
    ];
    const seen = [];
    for (const each of runs) {
      process.stdout.write(`  ${each.title} …\n`);
      seen.push({ ...each, ...(await measureBulk(sandbox, each)) });
    }
    return [
      {
        what: 'the sandbox starts with 1,000,000 SIMs; memory after changing each of them once',
        measured: `${Math.round(sandbox.startMs)} ms; ${afterMegabytes} MB`,
        holds: true,
      },
      ...seen.flatMap(linesOf),
      ...sideBySide(seen),
    ];
  } finally {
    await sandbox.stop();
  }
}

/** The first 1,000,000 SIMs that do not change on their own, and those of them that are LIVE and in use. */
async function steadySims(sandboxUrl) {
  const all = [];
  const live = [];
  for await (const { iccid, state, status, data_limit: limit } of listDirectly(sandboxUrl)) {
    if (status.primary === 'PENDING' || state === 'CLOSED' || iccid.startsWith('8937204999')) continue;
    if (all.length < 1_000_000) all.push(iccid);
    if (state === 'LIVE' && !(limit > 0 && limit < 40)) live.push(iccid);
  }
  if (all.length < 1_000_000 || live.length < 220_000)
    throw new Error(`the fleet has ${all.length} SIMs that do not change, ${live.length} of them LIVE`);
  return { all, live };
}

const ms = (value) => (value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`);

function linesOf(seen) {
  const {
    title,
    iccids,
    ended,
    acceptedMs,
    tookMs,
    chunks,
    shares,
    byPath,
    minCalls,
    twice,
    done,
    areSo,
    enumeration,
  } = seen;
  const calls = Object.values(byPath).reduce((sum, count) => sum + count, 0);
  const expected = areSo ? 0 : ended.succeeded;
  const reads = (kind, from) => {
    const { count, median, p99, max } = spread(from.map(({ ms: each }) => each));
    return count === 0
      ? `${kind}: none`
      : `${kind} ${count}: ${median.toFixed(0)}, ${p99.toFixed(0)}, ${max.toFixed(0)} ms`;
  };
  return [
    {
      what: `${title}: time until accepted; until ended`,
      measured: `${ms(acceptedMs)}; ${ms(tookMs)} (${ended.status}: ${ended.succeeded} SUCCEEDED, ${ended.failed} FAILED, ${ended.unknown} UNKNOWN, ${ended.notSent} NOT_SENT)`,
      holds: ended.succeeded + ended.failed + ended.unknown + ended.notSent === iccids.length,
    },
    {
      what: `${title}: SIMs that the sandbox changed; changed twice`,
      measured: `${done}; ${twice}`,
      holds: twice === 0 && done === expected,
    },
    {
      what: `${title}: calls; the minimum, the whole list in as few calls as 7500 bytes of URL allow`,
      measured: `${calls} (${Object.entries(byPath)
        .map(([path, count]) => `${path} ${count}`)
        .join(', ')}); ${minCalls.sum} (${minCalls.text})`,
      holds: true,
    },
    ...(enumeration === null
      ? []
      : [
          {
            what: `${title}: time to enumerate the group; from the last page to the first chunk`,
            measured: `${ms(enumeration.listedMs)}; ${ms(enumeration.chunkedMs)}`,
            holds: true,
          },
        ]),
    {
      what: `${title}: chunks per second; done by each gateway`,
      measured: `${chunks.count} in ${ms(chunks.tookMs)}: ${((chunks.count / chunks.tookMs) * 1000).toFixed(2)}; ${Object.values(shares).join(', ')}`,
      holds: true,
    },
    {
      what: `${title}: concurrent reads: count, median, p99, longest`,
      measured: `${reads('during acceptance, sims(first: 10)', seen.reads.accepting)}; ${reads('afterwards', seen.reads.afterwards)}; ${reads('health', seen.reads.health)}`,
      holds: true,
    },
    {
      what: `${title}: at the end, a query of the operation; of the first page of 500 results, SUCCEEDED, FAILED, NOT_SENT, all; mean of all pages`,
      measured: seen.pages.map(ms).join('; '),
      holds: true,
    },
  ];
}

function sideBySide(seen) {
  const peaks = (of) => seen.map(({ title, peak }) => `${title}: ${of(peak)}`).join('; ');
  return [
    {
      what: 'peak memory of a gateway (RSS), before and during the operation',
      measured: peaks(({ before, gateway }) => `${before.gateway}, ${gateway} MB`),
      holds: true,
    },
    {
      what: 'peak memory of PostgreSQL (PSS), before and during the operation',
      measured: peaks(({ before, postgres }) => `${before.postgres}, ${postgres} MB`),
      holds: true,
    },
  ];
}
