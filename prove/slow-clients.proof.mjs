import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, startGateway, startSandbox } from './programs.mjs';

export const name = 'clients that do not read and request bodies that stall';

const silentReaders = 50;
const stalledBodies = 50;
const watchedS = 120;
/** Maximum time that a client may stall: the gateway's limit, doubled for a busy machine. */
const timeoutS = 60;

/** A large answer that costs little: it comes from the schema. */
const types = 'ofType { description ofType { description fields { description } } fields { description } }';
const schema = `__schema { types { fields { description type { description ${types} fields { description } } } } }`;
const largeQuery = `{ ${Array.from({ length: 40 }, (_, n) => `s${n}: ${schema}`).join(' ')} }`;
const largeOrder = { query: '{ account { groups { name } } }', pad: 'x'.repeat(1_200_000) };

/** Sends this part of a request and then nothing; stores what comes back, or reads nothing of it. */
async function open(url, length, body, reads) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const client = { said: '', socket };
  if (reads) socket.on('data', (bytes) => (client.said += String(bytes)));
  await once(socket, 'connect');
  client.port = socket.localPort;
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
  return client;
}

/** The status of an answer; null if none comes within ten seconds. */
async function statusOf(url, body) {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    await response.text();
    return response.status;
  } catch {
    return null;
  }
}

/** Connections of these clients that the gateway has open, according to Linux: a client that does not read does not notice the end. */
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
  const gateway = await startGateway(sandbox.url);
  const clients = [];
  try {
    await ask(gateway.url, largeQuery);
    const before = gateway.megabytes();
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1000;

    const query = JSON.stringify({ query: largeQuery });
    const half = `{"query":"{ __typename }","pad":"${'x'.repeat(1_100_000)}`;
    const stalled = [];
    let openedS = 0;
    const opening = (async () => {
      for (let n = 0; n < stalledBodies; n++)
        stalled.push(await open(gateway.url, 1_200_000, n < 2 ? half : half.slice(0, 500_000), true));
      clients.push(...stalled);
      for (let n = 0; n < silentReaders; n++) {
        const client = await open(gateway.url, query.length, query, false);
        clients.push(client);
        // The next client sends its query when this answer has begun, so that other requests are answered in between.
        await once(client.socket, 'readable');
      }
      openedS = seconds();
    })();
    const healthy = { small: 0, large: 0, failed: 0, maxMs: 0 };
    const markers = new Map();
    let peak = before;
    let lastOpenS = 0;
    while (openedS === 0 || seconds() < openedS + watchedS) {
      const at = performance.now();
      if ((await statusOf(gateway.url, { query: '{ __typename }' })) === 200) healthy.small++;
      else healthy.failed++;
      healthy.maxMs = Math.max(healthy.maxMs, performance.now() - at);
      if ((await statusOf(gateway.url, largeOrder)) === 200) healthy.large++;
      else healthy.failed++;
      const left = openAt(gateway.url, clients);
      if (left > 0) lastOpenS = seconds();
      peak = Math.max(peak, gateway.megabytes());
      for (const mark of [5, 10, 20, 30, 60, 90])
        if (seconds() >= mark && !markers.has(mark))
          markers.set(mark, `${mark} s: ${gateway.megabytes()} MB, ${left} connections`);
      await pause(1000);
    }
    await opening;
    const left = openAt(gateway.url, clients);
    const refused = stalled.filter(({ said }) => / 408 | 503 /.test(said)).length;
    return [
      {
        what: `${silentReaders} clients that do not read a large answer and ${stalledBodies} bodies that stall: memory and connections of the gateway`,
        measured: `before ${before} MB; ${[...markers.values()].join('; ')}; at most ${peak} MB`,
        holds: true,
      },
      {
        what: `all clients opened; ${watchedS} s later: memory; open connections; last connection closed, at most ${timeoutS} s after its opening`,
        measured: `${openedS.toFixed(0)} s; ${gateway.megabytes()} MB; ${left}; ${lastOpenS.toFixed(0)} s`,
        holds: left === 0 && lastOpenS <= openedS + timeoutS,
      },
      {
        what: 'stalled bodies answered with 408, or with 503 when other requests needed their memory',
        measured: refused,
        holds: refused === stalledBodies,
      },
      {
        what: 'a healthy client meanwhile: small queries, queries with bodies of 1.2 MB, failures; longest small query',
        measured: `${healthy.small}, ${healthy.large}, ${healthy.failed}; ${healthy.maxMs.toFixed(0)} ms`,
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
