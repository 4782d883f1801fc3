import { setTimeout as sleep } from 'node:timers/promises';
import { coreTicks, cpuMs, cpuMsBetween, cpuMsOfEach, withChildren } from './lib/proc.mjs';
import { loadCore, serverCore } from './lib/programs.mjs';

/** Load before the counters are read: connections open, and queues fill. A workload may have its own. */
const defaultLeadInMs = 300;
/** Share of a subject's capacity at which its latency is measured. */
const latencyShare = 0.7;
/** More connections than any subject needs at that rate. */
const latencyConnections = 128;

/**
 * Runs a closed load on a subject: its rate, its CPU time and upstream calls for each request, and how busy the cores were. The calls are
 * counted over the whole load with its lead-in, so that they are exact.
 */
export async function measureCapacity(world, { subject, workload, requestsFile }, seconds) {
  const { stub, load, database } = world;
  const { clients, abortEach = 0, latencyMs = 0, hasLatency = false, leadInMs = defaultLeadInMs } = workload;
  const latencyAfterMs = hasLatency ? leadInMs : null;
  await stub.ask('setLatency', latencyMs);
  const callsBefore = await stub.ask('calls');
  await load.ask('start', { port: subject.port, requestsFile, clients, abortEach, latencyAfterMs });
  await sleep(leadInMs);
  const databasePids = database === null ? [] : withChildren(database.serverPid);
  const helpers = { bench: [stub.pid, load.pid, ...databasePids], database: databasePids };
  const before = await snapshot(subject, load, helpers);
  await sleep(seconds * 1000);
  const after = await snapshot(subject, load, helpers);
  const total = await load.ask('stop');
  const calls = (await stub.ask('calls')) - callsBefore;
  const done = after.done - before.done;
  const elapsedMs = after.at - before.at;
  return {
    perSecond: (done * 1000) / elapsedMs,
    cpuMs: (after.cpu - before.cpu) / done,
    upstreamCalls: calls / (total.done + total.aborted),
    failed: total.failed,
    p50: total.p50,
    p99: total.p99,
    databaseCpuMs: cpuMsBetween(before.databaseCpu, after.databaseCpu) / done,
    helpersBusy: cpuMsBetween(before.helpersCpu, after.helpersCpu) / elapsedMs,
    loadCoreBusy: busyShare(before.loadCore, after.loadCore),
    serverCoreBusy: busyShare(before.serverCore, after.serverCore),
  };
}

/** Runs a load at a constant rate, 70 % of `capacity`: p50 and p99 in ms, measured from the scheduled time of each request. */
export async function measureLatency({ stub, load }, { subject, workload, requestsFile }, capacity, seconds) {
  await stub.ask('setLatency', workload.latencyMs ?? 0);
  return load.ask('atRate', {
    port: subject.port,
    requestsFile,
    clients: latencyConnections,
    perSecond: capacity * latencyShare,
    seconds,
  });
}

async function snapshot(subject, load, helpers) {
  const { done } = await load.ask('counters');
  return {
    at: performance.now(),
    done,
    cpu: cpuMs(subject.pid),
    helpersCpu: cpuMsOfEach(helpers.bench),
    databaseCpu: cpuMsOfEach(helpers.database),
    loadCore: coreTicks(loadCore),
    serverCore: coreTicks(serverCore),
  };
}

const busyShare = (before, after) => (after.busy - before.busy) / (after.total - before.total);
