import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, startGateway, startSandbox } from './programs.mjs';

export const name = 'clients that read nothing and bodies that stall';

const silentReaders = 50;
const stalledBodies = 50;
const watchedS = 120;
/** What a client may be still for, and as much again on a busy machine. */
const patienceS = 60;

const lists = Array.from({ length: 20 }, (_, n) => `l${n}: sims(first: 500) { nodes { ...S } }`).join(' ');
const largeQuery = `{ ${lists} } fragment S on Sim { id iccid name state msisdn imsi imei eid type formFactor apn rawState
  lastNetworkActivityAt lastDataSessionAt lastModifiedAt group { name } dataUsage { usedBytes limitMegabytes usedPercent } }`;
const largeOrder = { query: '{ account { groups { name } } }', pad: 'x'.repeat(1_200_000) };

/** Sends this much of a request and then nothing; keeps what comes back, or reads nothing of it. */
async function open(url, length, body, reads) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const client = { said: '', socket };
  if (reads) socket.on('data', (bytes) => (client.said += String(bytes)));
  else socket.pause();
  await once(socket, 'connect');
  client.port = socket.localPort;
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
  return client;
}

/** Connections of these clients that the gateway has open, as Linux lists them: a client that reads nothing does not see its end. */
function openAt(url, clients) {
  const portOf = (address) => Number.parseInt(address.split(':')[1], 16);
  const ports = new Set(clients.map(({ port }) => port));
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, remote, state]) =>
        portOf(local) === Number(new URL(url).port) && ports.has(portOf(remote)) && /^0[18]$/.test(state),
    ).length;
}

export async function run() {
  const sandbox = await startSandbox(2000);
  const gateway = await startGateway(sandbox.url, { FLEET_SYNC_INTERVAL_MS: '3600000' });
  const clients = [];
  try {
    for (let total = 0; total < 2000; await pause(500))
      total = (await ask(gateway.url, '{ sims { totalCount } }')).data?.sims.totalCount ?? 0;
    await ask(gateway.url, largeQuery);
    const before = gateway.megabytes();
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;

    const query = JSON.stringify({ query: largeQuery });
    for (let n = 0; n < silentReaders; n++) clients.push(await open(gateway.url, query.length, query, false));
    const half = `{"query":"{ __typename }","pad":"${'x'.repeat(1_100_000)}`;
    const stalled = [];
    for (let n = 0; n < stalledBodies; n++)
      stalled.push(await open(gateway.url, 1_200_000, n < 2 ? half : half.slice(0, 500_000), true));
    clients.push(...stalled);

    const healthy = { small: 0, large: 0, failed: 0, longestMs: 0 };
    const marks = new Map();
    let peak = before;
    let lastOpenS = 0;
    while (seconds() < watchedS) {
      const at = performance.now();
      const small = await ask(gateway.url, '{ sims(first: 1) { nodes { iccid } } }').catch(() => ({}));
      healthy.longestMs = Math.max(healthy.longestMs, performance.now() - at);
      if (small.data) healthy.small++;
      else healthy.failed++;
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(largeOrder),
      }).catch(() => null);
      await response?.text();
      if (response?.status === 200) healthy.large++;
      else healthy.failed++;
      const left = openAt(gateway.url, clients);
      if (left > 0) lastOpenS = seconds();
      peak = Math.max(peak, gateway.megabytes());
      for (const mark of [10, 30, 60])
        if (seconds() >= mark && !marks.has(mark))
          marks.set(mark, `${mark} s: ${gateway.megabytes()} MB, ${left} connections`);
      await pause(1000);
    }
    const left = openAt(gateway.url, clients);
    const refused = stalled.filter(({ said }) => / 408 | 503 /.test(said)).length;
    return [
      {
        what: `${silentReaders} clients that read nothing of a large answer and ${stalledBodies} bodies that stall: memory and connections of the gateway`,
        measured: `before ${before} MB; ${[...marks.values()].join('; ')}; at most ${peak} MB`,
        holds: true,
      },
      {
        what: `after ${watchedS} s: memory; connections that are left; when the last was ended, at ${patienceS} s at the latest`,
        measured: `${gateway.megabytes()} MB; ${left}; ${lastOpenS.toFixed(0)} s`,
        holds: left === 0 && lastOpenS <= patienceS,
      },
      {
        what: 'stalled bodies that were answered 408, or 503 where others needed their room',
        measured: refused,
        holds: refused === stalledBodies,
      },
      {
        what: 'a healthy client meanwhile: small queries, orders of 1.2 MB, failures; longest small query',
        measured: `${healthy.small}, ${healthy.large}, ${healthy.failed}; ${healthy.longestMs.toFixed(0)} ms`,
        holds: healthy.failed === 0,
      },
      { what: 'errors in the log', measured: gateway.faults.length, holds: gateway.faults.length === 0 },
    ];
  } finally {
    for (const { socket } of clients) socket.destroy();
    await gateway.stop();
    await sandbox.stop();
  }
}
