import { median } from './lib/statistics.mjs';
import { measureCapacity, measureLatency } from './measure.mjs';

const warmUpSeconds = 1.5;

/** Interleaves the subjects: a round runs each of them once for each workload. Rounds of latency follow those of capacity. */
export async function measureRounds(world, jobs, { rounds, seconds, latencyRounds }, print) {
  const startedAt = performance.now();
  const minutes = () => `${((performance.now() - startedAt) / 60_000).toFixed(1)} min`;
  print(`warming up (${jobs.length} pairs of subject and workload)`);
  for (const job of jobs) await measureCapacity(world, job, warmUpSeconds);
  const results = jobs.map((job) => ({ ...job, capacity: [], latency: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    // Every second round runs backwards, so that no subject always follows the same one.
    const order = round % 2 === 1 ? results : [...results].reverse();
    for (const result of order) result.capacity.push(await measureCapacity(world, result, seconds));
    print(`round ${round} of ${rounds} (${minutes()})`);
  }
  for (let round = 1; round <= latencyRounds; round += 1) {
    for (const result of results) {
      const capacity = median(result.capacity.map(({ perSecond }) => perSecond));
      result.latency.push(await measureLatency(world, result, capacity, seconds));
    }
    print(`round ${round} of ${latencyRounds} at a constant rate (${minutes()})`);
  }
  return results;
}
