import { Connection } from './connection.mjs';

const gridMs = 1;

/**
 * Sends requests at a constant rate, independently of the answers, and measures each latency from the scheduled time: a request that waits for
 * a free connection waits in the measurement too. Requests are scheduled on a grid of 1 ms, the resolution of Node's timers.
 */
export async function runAtRate({ port, requests, clients, perSecond, seconds }) {
  const latencies = [];
  const waiting = [];
  let failed = 0;
  let next = 0;
  let inFlight = 0;
  const dueOf = new Map();
  const send = (connection, due) => {
    dueOf.set(connection, due);
    inFlight += 1;
    connection.send(requests[next++ % requests.length]);
  };
  const idle = [];
  const connections = Array.from(
    { length: clients },
    () =>
      new Connection(port, (isGood, connection) => {
        latencies.push(performance.now() - dueOf.get(connection));
        inFlight -= 1;
        if (!isGood) failed += 1;
        if (waiting.length > 0) send(connection, waiting.shift());
        else idle.push(connection);
      }),
  );
  idle.push(...connections);
  const startedAt = performance.now();
  const total = Math.floor(perSecond * seconds);
  const dueTime = (number) => startedAt + Math.floor((number / perSecond) * (1000 / gridMs)) * gridMs;
  await new Promise((resolve) => {
    let scheduled = 0;
    const tick = () => {
      const now = performance.now();
      while (scheduled < total && dueTime(scheduled) <= now) {
        const due = dueTime(scheduled);
        scheduled += 1;
        const connection = idle.pop();
        if (connection === undefined) waiting.push(due);
        else send(connection, due);
      }
      if (scheduled >= total && inFlight === 0) resolve();
      else setTimeout(tick, gridMs);
    };
    tick();
  });
  for (const connection of connections) connection.close();
  return { count: latencies.length, failed, ...quantilesOf(latencies) };
}

/** p50 and p99; undefined without values. */
export function quantilesOf(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const quantile = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: quantile(0.5), p99: quantile(0.99) };
}
