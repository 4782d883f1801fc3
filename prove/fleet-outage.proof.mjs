import { setTimeout as pause } from 'node:timers/promises';
import { spread } from './bulk.mjs';
import { openIndex } from './fleet-database.mjs';
import { ms } from './fleet-measure.mjs';
import { createFleetWorld } from './fleet-world.mjs';
import { createServerOfOurs } from './postgres.mjs';
import { ask, startGateway, startSandbox } from './programs.mjs';
import { startRelay } from './relay.mjs';

export const name = 'the index during outages of the SIM API and of PostgreSQL';

const fleet = Number(process.env.PROOF_SIMS ?? 20_000);
const awayMs = Number(process.env.PROOF_MS ?? 60_000);
const intervalMs = 2000;
const betweenMs = 250;

const list = 'asOf isComplete totalCount nodes { iccid name state }';
const questionsOf = (iccid) => ({
  sims: `{ sims(first: 50) { ${list} } }`,
  'sims, filtered and sorted': `{ sims(first: 50, filter: { states: [LIVE] }, orderBy: { field: NAME }) { ${list} } }`,
  fleet: '{ fleet { asOf isComplete total } }',
  'fleet, filtered': '{ fleet(filter: { isEsim: true }) { asOf isComplete total } }',
  sim: `{ sim(by: { iccid: "${iccid}" }) { iccid name state } }`,
});

export async function run() {
  const server = await createServerOfOurs();
  const sandbox = await startSandbox(10);
  const relay = await startRelay(sandbox.url);
  let gateway = null;
  try {
    const world = await createFleetWorld(sandbox.url, fleet);
    gateway = await startGateway(relay.url, {
      ...world.env,
      DATABASE_URL: server.url,
      FLEET_SYNC_INTERVAL_MS: String(intervalMs),
      FLEET_CALLS_PER_SECOND: '100',
    });
    const index = await openIndex(server.url);
    await index.syncedAfter(null);
    await index.end();
    const [{ iccid }] = await world.sims('&state=LIVE');
    const scene = (what, goAway, comeBack) =>
      played({ what, goAway, comeBack, world, gateway, server, iccid });
    const lines = [
      ...(await scene(
        'no outage',
        () => undefined,
        () => undefined,
      )),
      ...(await scene('the SIM API refuses connections', relay.refuse, relay.accept)),
      ...(await scene(
        'the SIM API answers 503',
        () => world.addFaults({ path: '*', kind: 'status', status: 503 }),
        () => world.clear('faults'),
      )),
      ...(await scene('PostgreSQL is stopped', () => server.stop('fast'), server.start)),
    ];
    const { faults } = gateway;
    return [
      ...lines,
      {
        what: 'errors in the log of the gateway',
        measured: faults.length === 0 ? '0' : `${faults.length} (${faults[0]})`,
        holds: faults.length === 0,
      },
    ];
  } finally {
    await gateway?.kill();
    await relay.stop();
    await server.remove();
    await sandbox.stop();
  }
}

/** Causes an outage, queries the gateway during it and returns the rows of the result. */
async function played({ what, goAway, comeBack, world, gateway, server, iccid }) {
  await goAway();
  // Calls in progress have been answered.
  await pause(500);
  await world.clear('calls');
  const awayAt = Date.now();
  const answers = await Promise.all(
    Object.entries(questionsOf(iccid)).map(([question, text]) =>
      askMeanwhile(gateway.url, question, text, awayAt),
    ),
  );
  const calls = await world.callsByPath();
  await comeBack();
  const backAt = Date.now();
  const index = await openIndex(server.url);
  const { endedAt } = await index.syncedAfter(backAt);
  await index.end();
  const title = `${what} for ${Math.round(awayMs / 1000)} s`;
  return [
    ...answers.map(({ question, codes, took, ages, incomplete }) => {
      const { count, median, p99, max } = spread(took);
      const age = ages.length === 0 ? '' : `; asOf at most ${ms(Math.max(...ages))} old`;
      return {
        what: `${title}: ${question}: answers; median, p99, longest; age of asOf`,
        measured: `${count}: ${text(codes)}; ${ms(median)}, ${ms(p99)}, ${ms(max)}${age}${incomplete > 0 ? `; ${incomplete} reported as incomplete` : ''}`,
        holds: !('INTERNAL_SERVER_ERROR' in codes) && !('no answer' in codes),
      };
    }),
    { what: `${title}: calls that reached the SIM API during it`, measured: text(calls), holds: true },
    {
      what: `${title}: from its end to the end of a full sync that began after it`,
      measured: ms(endedAt - backAt),
      holds: true,
    },
  ];
}

/** Repeats a query until the outage ends; returns how it was answered. */
async function askMeanwhile(url, question, text, awayAt) {
  const seen = { question, codes: {}, took: [], ages: [], incomplete: 0 };
  while (Date.now() < awayAt + awayMs) {
    const at = performance.now();
    const { data, errors } = await ask(url, text).catch(() => ({
      errors: [{ extensions: { code: 'no answer' } }],
    }));
    seen.took.push(performance.now() - at);
    const code = errors?.[0].extensions?.code ?? 'ok';
    seen.codes[code] = (seen.codes[code] ?? 0) + 1;
    const part = data?.sims ?? data?.fleet;
    if (part) {
      seen.ages.push(Date.now() - Date.parse(part.asOf));
      if (!part.isComplete) seen.incomplete++;
    }
    await pause(betweenMs);
  }
  return seen;
}

const text = (counts) =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ') || 'none';
