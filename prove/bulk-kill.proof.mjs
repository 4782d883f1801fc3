import { setTimeout as pause } from 'node:timers/promises';
import {
  allResults,
  bulkEnd,
  bulkShare,
  bulkState,
  checkBulk,
  randomShares,
  spread,
  startBulk,
  verdictLines,
} from './bulk.mjs';
import { bulkFleet, bulkTargets } from './bulk-fleet.mjs';
import { embeddedUrl, stillOpen } from './ledger.mjs';
import { startGateway, startSandbox, temporaryFolder } from './programs.mjs';
import { followCalls, worldOf } from './world.mjs';

export const name = 'kill -9 during bulk operations';

const kills = 50;
/** Kills while the group is enumerated. */
const killsInEnumeration = 5;
const callsPerSecond = 160;
/** Duration of a change call at the sandbox, in ms. */
const tookMs = { '/sendSms': 30, '/suspend': 600 };

/** Delays every call; the sandbox applies the change before the delay (`acts`) or after it, if the client is still connected. */
const slowness = (acts) => [
  { path: '/sendSms', kind: 'delay', ms: tookMs['/sendSms'], acts },
  { path: '/suspend', kind: 'delay', ms: tookMs['/suspend'], acts },
  { path: '/get_sims', kind: 'delay', ms: 100 },
  { path: '/get_group_sims', kind: 'delay', ms: 400 },
];

export async function run() {
  const folder = temporaryFolder();
  const sandbox = await startSandbox(bulkFleet);
  let gateway = null;
  try {
    gateway = await startGateway(sandbox.url, envFor(folder));
    return linesOf(
      await disturbed(sandbox, folder, gateway, (next) => {
        gateway = next;
      }),
    );
  } finally {
    await gateway?.kill();
    await sandbox.stop();
    folder.remove();
  }
}

const envFor = ({ path }) => ({
  DATA_DIR: path,
  BULK_CALLS_PER_SECOND: String(callsPerSecond),
  // More calls that a kill can interrupt; the total time stays the same.
  SIM_API_MAX_SIMS_PER_CALL: '100',
  BULK_CONCURRENCY: '10',
});

/** Starts a gateway and retries up to 5 times if it does not start. */
async function startAgain(sandbox, folder, failedStarts) {
  for (;;) {
    try {
      return await startGateway(sandbox.url, envFor(folder));
    } catch (error) {
      failedStarts.push(error.message);
      if (failedStarts.length > 5) throw error;
    }
  }
}

/** Runs both operations and kills the gateway repeatedly; `onNext` receives each new gateway, so that the caller can end it. */
async function disturbed(sandbox, folder, first, onNext) {
  const world = worldOf(sandbox.url);
  const targets = await bulkTargets(world, sandbox.url);
  await world.clear('effects', 'calls');
  const endCalls = followCalls(world);
  const faults = [];
  const moments = [];
  const failedStarts = [];
  let gateway = first;
  const urlOf = () => gateway.url;

  async function restart(state) {
    const killedAt = Date.now();
    await gateway.kill();
    faults.push(...gateway.faults);
    gateway = await startAgain(sandbox, folder, failedStarts);
    onNext(gateway);
    moments.push({ killedAt, listensAt: Date.now(), state });
  }

  const text = 'kill -9 and go on';
  const startedAt = performance.now();
  await world.addFaults(...slowness(true));
  const sms = await startBulk(gateway.url, {
    action: 'SEND_SMS',
    target: { group: targets.sms.group },
    params: { text },
    idempotencyKey: 'sms',
  });
  const suspend = await startBulk(gateway.url, {
    action: 'SUSPEND',
    target: { list: targets.suspend.list },
    expectedCount: targets.suspend.iccids.length,
    idempotencyKey: 'suspend',
  });
  const shares = [...Array(killsInEnumeration).fill(0), ...randomShares(kills - killsInEnumeration)];
  for (const [kill, share] of shares.entries()) {
    if (kill === kills / 2) {
      await world.clear('faults');
      await world.addFaults(...slowness(false));
      await world.setBehaviour({ refusedBulk: 'changesThoseBefore' });
    }
    // The message operation takes longer than the suspension.
    const state = await bulkShare(urlOf, sms.id, share);
    const other = await bulkState(urlOf(), suspend.id);
    await pause(Math.random() * 1000);
    await restart({ sms: state.status, suspend: other?.status });
  }
  const ended = { sms: await bulkEnd(urlOf, sms.id), suspend: await bulkEnd(urlOf, suspend.id) };
  const wholeMs = performance.now() - startedAt;
  const verdicts = {
    sms: checkBulk({
      operation: ended.sms,
      results: await allResults(gateway.url, sms.id),
      iccids: targets.sms.iccids,
      effects: await world.effectsOf('/sendSms', text),
    }),
    suspend: checkBulk({
      operation: ended.suspend,
      results: await allResults(gateway.url, suspend.id),
      ...targets.suspend,
      effects: await world.effectsOf('/suspend'),
    }),
  };
  const calls = await endCalls();
  const open = await stillOpen(embeddedUrl(folder.path));
  faults.push(...gateway.faults);
  return { moments, ended, verdicts, calls, open, faults, failedStarts, wholeMs };
}

function linesOf({ moments, ended, verdicts, calls, open, faults, failedStarts, wholeMs }) {
  const changes = calls.filter(({ path }) => path in tookMs);
  const inCall = moments.filter(({ killedAt }) =>
    changes.some(({ at, path }) => at <= killedAt && at + tookMs[path] > killedAt),
  );
  const count = (isSo) => moments.filter(({ state }) => isSo(state)).length;
  const goingOn = moments.flatMap(({ listensAt }, index) => {
    const next = changes.find(({ at }) => at >= listensAt);
    const isBefore =
      next !== undefined && next.at <= (moments[index + 1]?.killedAt ?? Number.POSITIVE_INFINITY);
    return isBefore ? next.at - listensAt : [];
  });
  const restarts = spread(moments.map(({ killedAt, listensAt }) => listensAt - killedAt));
  const on = spread(goingOn);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  return [
    {
      what: 'kills at random moments during a message to a group of 20,000 and a suspension of a list of 20,000; total time',
      measured: `${moments.length} in ${seconds(wholeMs)}: ${inCall.length} with changes in progress, ${count(({ sms }) => sms === 'QUEUED')} while the group was enumerated, ${count(({ suspend }) => suspend === 'RUNNING')} while suspensions were sent`,
      holds: moments.length === kills && inCall.length > kills / 2,
    },
    ...verdictLines('message', ended.sms, verdicts.sms),
    ...verdictLines('suspension', ended.suspend, verdicts.suspend),
    {
      what: 'entries and SIMs still open in the whole audit log',
      measured: String(open),
      holds: open === 0,
    },
    {
      what: 'from the kill until the gateway listens again; from then until it sends the first change',
      measured: `median ${seconds(restarts.median)}, at most ${seconds(restarts.max)}; median ${seconds(on.median)}, at most ${seconds(on.max)} (${on.count} of ${moments.length}; the others were killed before that)`,
      holds: true,
    },
    {
      what: 'starts that failed and were retried',
      measured: failedStarts.length === 0 ? '0' : `${failedStarts.length} (${failedStarts[0]})`,
      holds: failedStarts.length === 0,
    },
    {
      what: 'errors in the logs of the gateways',
      measured: faults.length === 0 ? '0' : `${faults.length} (${faults[0]})`,
      holds: faults.length === 0,
    },
  ];
}
