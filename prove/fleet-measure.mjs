import { readdirSync, readFileSync } from 'node:fs';
import { postgresMemory } from './postgres.mjs';
import { ask } from './programs.mjs';

/** The postmaster pid of the database of a data folder. */
export const databasePid = (dataDir) =>
  Number(readFileSync(`${dataDir}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);

/** CPU seconds of a process and of its ended children; running children are not included. */
export function processorSeconds(pid) {
  const ownOf = (each) => {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return { parent: fields[1], ticks: fields[11] + fields[12] + fields[13] + fields[14] };
  };
  let ticks = ownOf(pid).ticks;
  for (const each of readdirSync('/proc').filter((file) => /^\d+$/.test(file))) {
    try {
      const own = ownOf(each);
      // The gateway's own database is measured separately.
      if (own.parent === pid && readFileSync(`/proc/${each}/comm`, 'utf8').trim() === 'postgres')
        ticks += own.ticks;
    } catch {
      // The process has ended.
    }
  }
  return ticks / 100;
}

/** Peak memory of a gateway and of the database of its data folder from now on, in MB. */
export function watchMemory(gateway, dataDir) {
  const pid = databasePid(dataDir);
  const before = { gateway: gateway.megabytes(), postgres: postgresMemory(pid).megabytes };
  const peak = { before, gateway: 0, postgres: 0 };
  const sample = () => {
    peak.gateway = Math.max(peak.gateway, gateway.megabytes());
  };
  const samplePostgres = () => {
    peak.postgres = Math.max(peak.postgres, postgresMemory(pid).megabytes);
  };
  const timers = [setInterval(sample, 100), setInterval(samplePostgres, 1000)];
  return {
    end() {
      timers.forEach(clearInterval);
      sample();
      samplePostgres();
      return peak;
    },
  };
}

/** Repeats a query at most `maxRuns` times or for the given time; returns each duration and the last answer. */
export async function timed(url, text, variables, { maxRuns = 60, minRuns = 12, timeoutMs = 6000 } = {}) {
  const took = [];
  const beganAt = performance.now();
  let data = null;
  while (took.length < maxRuns && (took.length < minRuns || performance.now() - beganAt < timeoutMs)) {
    const at = performance.now();
    const answer = await ask(url, text, variables);
    took.push(performance.now() - at);
    if (answer.errors)
      return { took, failure: answer.errors[0].extensions?.code ?? answer.errors[0].message };
    data = answer.data;
  }
  return { took, data, failure: null };
}

export const ms = (value) => {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
};
