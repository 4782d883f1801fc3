/** Program: the load generator. The parent starts and stops a load, and reads its counters in between. */
import { readFileSync } from 'node:fs';
import { answerParent, reportListening } from '../lib/child.mjs';
import { quantilesOf, runAtRate } from './at-rate.mjs';
import { Connection } from './connection.mjs';

let load = null;

/** Reads the requests of a file: each has its length in 4 bytes before it. */
function readRequests(path) {
  const data = readFileSync(path);
  const requests = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 4 + data.readUInt32LE(at);
    requests.push(data.subarray(at + 4, end));
    at = end;
  }
  return requests;
}

/**
 * Each connection sends its next request as soon as it has an answer. Every `abortEach`th request is aborted right after it is sent. With
 * `latencyAfterMs`, the latencies of requests that are sent later than that are measured.
 */
function runClosed({ port, requestsFile, clients, abortEach = 0, latencyAfterMs = null }) {
  const requests = readRequests(requestsFile);
  const counters = { done: 0, failed: 0, aborted: 0 };
  let next = 0;
  let isStopping = false;
  let onDrained = null;
  const measuredFrom = latencyAfterMs === null ? null : performance.now() + latencyAfterMs;
  const sentAt = new Map();
  const latencies = [];
  const sendNext = (connection) => {
    const number = next++;
    if (measuredFrom !== null) sentAt.set(connection, performance.now());
    connection.send(requests[number % requests.length]);
    if (abortEach > 0 && number % abortEach === abortEach - 1) {
      counters.aborted += 1;
      setTimeout(() => {
        if (!connection.isBusy) return;
        connection.abort();
        if (isStopping) onIdle();
        else sendNext(connection);
      }, 1);
    }
  };
  const onIdle = () => {
    if (onDrained !== null && connections.every(({ isBusy }) => !isBusy)) onDrained();
  };
  const connections = Array.from(
    { length: clients },
    () =>
      new Connection(port, (isGood, connection) => {
        counters.done += 1;
        if (!isGood) counters.failed += 1;
        if (measuredFrom !== null && sentAt.get(connection) >= measuredFrom)
          latencies.push(performance.now() - sentAt.get(connection));
        if (isStopping) onIdle();
        else sendNext(connection);
      }),
  );
  for (const connection of connections) sendNext(connection);
  return {
    counters: () => counters,
    async stop() {
      isStopping = true;
      await new Promise((resolve) => {
        onDrained = resolve;
        onIdle();
      });
      for (const connection of connections) connection.close();
      return { ...counters, ...quantilesOf(latencies) };
    },
  };
}

answerParent({
  start(options) {
    load = runClosed(options);
  },
  counters: () => ({ ...load.counters() }),
  stop: () => load.stop(),
  atRate: (options) => runAtRate({ ...options, requests: readRequests(options.requestsFile) }),
});
reportListening('load');
