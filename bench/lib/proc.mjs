import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks per second of /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** The fields of /proc/PID/stat from the third on. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** User and system time of a process so far, all threads, in ms. */
export function cpuMs(pid) {
  const fields = statOf(pid);
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
}

/** The process and its children, such as a PostgreSQL server and its backends. */
export function withChildren(pid) {
  const isChild = (name) => {
    try {
      return statOf(name)[1] === String(pid);
    } catch {
      // The process has ended.
      return false;
    }
  };
  return [pid, ...readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name))];
}

/** `cpuMs` of each process, by its id; one that has ended is left out. */
export function cpuMsOfEach(pids) {
  const pairs = pids.flatMap((pid) => {
    try {
      return [[pid, cpuMs(pid)]];
    } catch {
      return [];
    }
  });
  return new Map(pairs);
}

/** CPU time between two readings of `cpuMsOfEach`, of the processes in both. */
export function cpuMsBetween(before, after) {
  return [...after].reduce((sum, [pid, ms]) => sum + (before.has(pid) ? ms - before.get(pid) : 0), 0);
}

/** Memory of a process in MB of 1,000,000 bytes: resident now, and the maximum since its start. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { residentMb: of('VmRSS'), peakMb: of('VmHWM') };
}

/** Begins the measurement of `peakMb` anew. */
export function resetPeakMemory(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Busy and total ticks of one core so far, with the work of every process. */
export function coreTicks(core) {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user, nice, system, idle, waiting, interrupt, softInterrupt, stolen] = line.split(' ').map(Number);
  const busy = user + nice + system + interrupt + softInterrupt + stolen;
  return { busy, total: busy + idle + waiting };
}
