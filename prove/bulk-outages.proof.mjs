import { setTimeout as pause } from 'node:timers/promises';
import { allResults, bulkEnd, bulkUntil, cancelBulk, checkBulk, startBulk, verdictLines } from './bulk.mjs';
import { bulkFleet, bulkTargets } from './bulk-fleet.mjs';
import { stillOpen } from './ledger.mjs';
import { createServerOfOurs } from './postgres.mjs';
import { ask, startGateway, startSandbox } from './programs.mjs';
import { startRelay } from './relay.mjs';
import { followCalls, worldOf } from './world.mjs';

export const name = 'outages and a cancellation during a bulk operation of 20,000 messages';

const awayMs = 60_000;
const callsPerSecond = 250;
/** The event happens when this many SIMs have succeeded. */
const middle = 8000;

export async function run() {
  const server = await createServerOfOurs();
  const sandbox = await startSandbox(bulkFleet);
  const relay = await startRelay(sandbox.url);
  let gateway = null;
  try {
    gateway = await startGateway(relay.url, {
      DATABASE_URL: server.url,
      BULK_CALLS_PER_SECOND: String(callsPerSecond),
    });
    const world = worldOf(sandbox.url);
    const { sms } = await bulkTargets(world, sandbox.url);
    await world.addFaults({ path: '/sendSms', kind: 'delay', ms: 10 });
    const scene = (what, doIt) => played({ what, doIt, world, gateway, iccids: sms.iccids, server });
    const lines = [
      ...(await scene('PostgreSQL stopped for 60 s', outage(server.stop.bind(null, 'fast'), server.start))),
      ...(await scene('the SIM API refuses connections for 60 s', outage(relay.refuse, relay.accept))),
      ...(await scene(
        'the SIM API answers 503 for 60 s',
        outage(
          async () => {
            await world.clear('faults');
            await world.addFaults({ path: '*', kind: 'status', status: 503 });
          },
          () => world.clear('faults'),
        ),
      )),
      ...(await scene('cancelled', cancellation)),
    ];
    return [
      ...lines,
      {
        what: 'errors in the log of the gateway',
        measured: gateway.faults.length === 0 ? '0' : `${gateway.faults.length} (${gateway.faults[0]})`,
        holds: gateway.faults.length === 0,
      },
    ];
  } finally {
    await gateway?.kill();
    await relay.stop();
    await server.remove();
    await sandbox.stop();
  }
}

/** Sends 20,000 messages, causes an event in the middle and returns the rows of the result. */
async function played({ what, doIt, world, gateway, iccids, server }) {
  await world.clear('effects', 'calls');
  const endCalls = followCalls(world);
  const urlOf = () => gateway.url;
  const { id } = await startBulk(gateway.url, {
    action: 'SEND_SMS',
    target: { list: iccids.join(' ') },
    params: { text: what },
  });
  await bulkUntil(urlOf, id, ({ succeeded }) => succeeded >= middle);
  const report = await doIt(gateway.url, id);
  const operation = await bulkEnd(urlOf, id, { everyMs: 50 });
  const endedAt = Date.now();
  const verdict = checkBulk({
    operation,
    results: await allResults(gateway.url, id),
    iccids,
    effects: await world.effectsOf('/sendSms', what),
  });
  const calls = (await endCalls()).filter(({ path }) => path !== '/oauth/token');
  const open = await stillOpen(server.url);
  return [
    ...report({ calls, operation, endedAt }).map((line) => ({
      holds: true,
      ...line,
      what: `${what}: ${line.what}`,
    })),
    ...verdictLines(what, operation, verdict),
    { what: `${what}: entries and SIMs still open`, measured: String(open), holds: open === 0 },
  ];
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** What a query of the operation returns: its status, or the error code. */
async function seenBy(url, id) {
  const text = 'query ($id: ID!) { bulkOperation(id: $id) { status error { code } } }';
  const { data, errors } = await ask(url, text, { id });
  const { status, error } = data?.bulkOperation ?? {};
  return errors ? errors[0].extensions.code : `${status}, waits for ${error?.code ?? 'nothing'}`;
}

/** An outage of `awayMs`. */
const outage = (goAway, comeBack) => async (url, id) => {
  await goAway();
  const awayAt = Date.now();
  await pause(awayMs / 2);
  const text = await seenBy(url, id);
  await pause(awayMs / 2);
  const backAt = Date.now();
  await comeBack();
  const thereAt = Date.now();
  return ({ calls, endedAt }) => {
    const messages = calls.filter(({ path }) => path === '/sendSms');
    const meanwhile = calls.filter(({ at }) => at > awayAt && at < backAt);
    const next = messages.find(({ at, httpStatus }) => at >= backAt && httpStatus === 200);
    return [
      { what: 'what a query of the operation returns during the outage', measured: text },
      {
        what: 'calls that reached the SIM API during the outage; messages among them',
        measured: `${meanwhile.length}, ${meanwhile.filter(({ path }) => path === '/sendSms').length}`,
      },
      {
        what: 'from the end of the outage to the next message, sent automatically; to the end of the operation',
        measured: `${next === undefined ? 'never' : seconds(Math.max(0, next.at - thereAt))}; ${seconds(endedAt - thereAt)}`,
        holds: next !== undefined,
      },
    ];
  };
};

async function cancellation(url, id) {
  const askedAt = Date.now();
  const { status } = await cancelBulk(url, id);
  const answeredAt = Date.now();
  return ({ calls, operation }) => {
    const after = calls.filter(({ at, path }) => path === '/sendSms' && at > answeredAt);
    const late = after.length === 0 ? 0 : after.at(-1).at - answeredAt;
    return [
      {
        what: 'time until the answer; until CANCELED after that; messages that reached the SIM API after the answer',
        measured: `${answeredAt - askedAt} ms (${status}); ${Math.max(0, Date.parse(operation.finishedAt) - answeredAt)} ms; ${after.length}${after.length === 0 ? '' : ` (the last ${late} ms after)`}`,
        holds: operation.status === 'CANCELED' && operation.notSent > 0,
      },
    ];
  };
}
